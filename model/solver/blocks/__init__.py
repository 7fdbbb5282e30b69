r"""A region too large for one model: blocks of it, each a model of its own, joined by prices.

Each site and each piece of demand has one home among the blocks. A site of another block that may serve a
block's demand is *copied* into it: nothing is decided or paid there, but its levels and ports may be counted
upon. What joins the blocks are *joint rows*: rules that sum over the region (budgets, grid, targets ...), the
copies of a level, which come and go with the site itself, and the sessions that all blocks send to a site.

**The dual bound.** Take any plan that keeps all rules, with all that follows from it, and give each block its
part: the values of its own sites and demand, and at each copy the levels and flows that the plan has there.
Then each part keeps the rows of its block, the parts together keep all joint rows, and the objective is the
sum of the parts'. With a price :math:`y_i` for each joint row :math:`\underline b_i \le \sum_b A_{ib} v_b \le
\overline b_i`, of the right sign where one side is open,

.. math::
    \sum_b c_b v_b \le \sum_i \max(y_i \underline b_i, y_i \overline b_i)
        + \sum_b \max_{v \in X_b} (c_b - y A_b) v

whatever the prices are: the right side is a bound of all plans, and each maximum may be replaced by a dual
bound of it. Good prices only make it narrow. A rule over sites of which a block does not know all is left out
of the block where it would ask for too much; that widens the bound and makes it no less true.
"""
