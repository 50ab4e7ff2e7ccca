"""Write the pages that are made from the code: `make docs`."""

from __future__ import annotations

from connectors import CATALOGUE
from tests.docs import export_schema
from tests.docs.channels import PAGE, render

PAGE.write_text(render(CATALOGUE.values()), "utf-8")
export_schema.PAGE.write_text(export_schema.render(), "utf-8")
