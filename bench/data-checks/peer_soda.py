# The 25 checks in Soda v4, over DuckDB. Usage: FOLDER; prints one JSON object, see checks.ts.
import json
import os
import pathlib
import sys
from importlib.metadata import version

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import duckdb
from soda_core.contracts.api import verify_contract_locally
from soda_duckdb import DuckDBDataSource

folder = sys.argv[1]
connection = duckdb.connect()
for table in ("trips", "zones"):
    connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}.parquet'")

found = verify_contract_locally(
    data_sources=[DuckDBDataSource.from_existing_cursor(connection, "bench")],
    contract_file_path=str(pathlib.Path(__file__).with_name("soda.yml")),
)
names = {
    "checks.schema": "columns",
    "checks.row_count": "row_count",
    "checks.freshness": "freshness",
    "columns.id.checks.missing": "id_null",
    "columns.id.checks.duplicate": "id_unique",
    "columns.zone_id.checks.missing": "zone_null",
    "columns.zone_id.checks.invalid": "zone_range",
    "columns.zone_id.checks.invalid.reference": "zone_ref",
    "columns.pay.checks.missing": "pay_null",
    "columns.pay.checks.invalid": "pay_set",
    "columns.code.checks.invalid": "code_pattern",
    "columns.code.checks.invalid.length": "code_length",
    "columns.amount.checks.missing": "amount_null",
    "columns.amount.checks.invalid": "amount_range",
    "columns.amount.checks.aggregate": "amount_mean",
    "columns.amount.checks.metric.stddev": "amount_stddev",
    "columns.amount.checks.metric.p50": "amount_p50",
    "columns.amount.checks.metric.p99": "amount_p99",
    "columns.temp.checks.invalid": "temp_range",
    "columns.temp.checks.aggregate": "temp_mean",
    "columns.temp.checks.metric.stddev": "temp_stddev",
    "columns.pax.checks.missing": "pax_null",
    "columns.pax.checks.invalid": "pax_range",
    "columns.flagged.checks.metric.share": "flagged_share",
    "columns.email.checks.invalid": "email_pattern",
}
asked, failed, errors = [], {}, [one for one in [found.get_errors_str()] if one]
for result in found.contract_verification_results[0].check_results:
    name = names[result.check.relative_path]
    if result.outcome.name in ("PASSED", "FAILED"):
        asked.append(name)
    else:
        errors.append(f"{name}: {result.outcome.name}")
    if result.outcome.name == "FAILED":
        failed[name] = (result.diagnostic_metric_values or {}).get(f"{result.check.type}_count")
versions = f"soda-core {version('soda-core')}, duckdb {duckdb.__version__}"
print(json.dumps({"asked": asked, "failed": failed, "errors": errors, "versions": versions}))
