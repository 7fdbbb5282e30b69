"""Opens a collection of an OGC API in QGIS; python3 service.py URL COLLECTION prints one line of JSON."""

import json
import os
import sys

from qgis.core import QgsApplication, QgsVectorLayer

QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003 - no name in Qt
application = QgsApplication([], False)  # noqa: FBT003 - no name in Qt
application.initQgis()
layer = QgsVectorLayer(f"url='{sys.argv[1]}' typename='{sys.argv[2]}'", "collection", "OAPIF")
found = {
    "is_valid": layer.isValid(),
    "fields": [field.name() for field in layer.fields()],
    "count": len(list(layer.getFeatures())) if layer.isValid() else 0,
}
sys.stdout.write(json.dumps(found) + "\n")
sys.stdout.flush()
os._exit(0)
