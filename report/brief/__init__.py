"""The council report of a plan, as a Word document and as PDF, in English or French."""
