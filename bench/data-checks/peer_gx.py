# The 25 checks in Great Expectations, over pandas. Usage: FOLDER; prints one JSON object, see checks.ts.
import datetime
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ["GX_ANALYTICS_ENABLED"] = "False"

import great_expectations as gx
import great_expectations.expectations as e
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig

folder = sys.argv[1]
fresh = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(days=60)
trips = pd.read_parquet(f"{folder}/trips.parquet")
zones = pd.read_parquet(f"{folder}/zones.parquet").zone_id.tolist()

names = ["id", "zone_id", "pay", "code", "amount", "temp", "pax", "ts", "flagged", "email"]
expectations = {
    "columns": e.ExpectTableColumnsToMatchOrderedList(column_list=names),
    "row_count": e.ExpectTableRowCountToBeBetween(min_value=90_000, max_value=110_000_000),
    "id_null": e.ExpectColumnValuesToNotBeNull(column="id"),
    "id_unique": e.ExpectColumnValuesToBeUnique(column="id"),
    "zone_null": e.ExpectColumnValuesToNotBeNull(column="zone_id"),
    "zone_range": e.ExpectColumnValuesToBeBetween(column="zone_id", min_value=1, max_value=300),
    "zone_ref": e.ExpectColumnValuesToBeInSet(column="zone_id", value_set=zones),
    "pay_null": e.ExpectColumnValuesToNotBeNull(column="pay"),
    "pay_set": e.ExpectColumnValuesToBeInSet(column="pay", value_set=["cash", "card", "wallet", "voucher"]),
    "code_pattern": e.ExpectColumnValuesToMatchRegex(column="code", regex=r"^T-[0-9]{6}-[A-Z]$"),
    "code_length": e.ExpectColumnValueLengthsToEqual(column="code", value=10),
    "amount_null": e.ExpectColumnValuesToNotBeNull(column="amount"),
    "amount_range": e.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=1000, mostly=0.999),
    "amount_mean": e.ExpectColumnMeanToBeBetween(column="amount", min_value=12, max_value=14.5),
    "amount_stddev": e.ExpectColumnStdevToBeBetween(column="amount", min_value=5, max_value=12),
    "amount_p50": e.ExpectColumnMedianToBeBetween(column="amount", min_value=10.5, max_value=11.5),
    "amount_p99": e.ExpectColumnQuantileValuesToBeBetween(
        column="amount", quantile_ranges={"quantiles": [0.99], "value_ranges": [[40, 48]]}
    ),
    "temp_range": e.ExpectColumnValuesToBeBetween(column="temp", min_value=-40, max_value=70),
    "temp_mean": e.ExpectColumnMeanToBeBetween(column="temp", min_value=17.5, max_value=18.5),
    "temp_stddev": e.ExpectColumnStdevToBeBetween(column="temp", min_value=6.5, max_value=7.5),
    "pax_null": e.ExpectColumnValuesToNotBeNull(column="pax", mostly=0.95),
    "pax_range": e.ExpectColumnValuesToBeBetween(column="pax", min_value=1, max_value=6),
    "freshness": e.ExpectColumnMaxToBeBetween(column="ts", min_value=fresh),
    "flagged_share": e.ExpectColumnMeanToBeBetween(column="flagged", min_value=0.18, max_value=0.22),
    "email_pattern": e.ExpectColumnValuesToMatchRegex(
        column="email", regex=r"^[a-z0-9._]+@[a-z]+\.(com|org|net)$"
    ),
}

for name, expectation in expectations.items():
    expectation.meta = {"check": name}
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = ProgressBarsConfig(globally=False)
asset = context.data_sources.add_pandas("bench").add_dataframe_asset("trips")
batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": trips})
found = batch.validate(gx.ExpectationSuite("bench", expectations=list(expectations.values())), result_format="BASIC")

asked, failed, errors = [], {}, []
for result in found.results:
    name = result.expectation_config.meta["check"]
    information = result.exception_info or {}
    raised = [one for one in [information, *information.values()] if isinstance(one, dict) and one.get("raised_exception")]
    if raised:
        errors.append(f"{name}: {str(raised[0].get('exception_message'))[:300]}")
        continue
    asked.append(name)
    if not result.success:
        failed[name] = result.result.get("unexpected_count")
versions = f"great_expectations {gx.__version__}, pandas {pd.__version__}"
print(json.dumps({"asked": asked, "failed": failed, "errors": errors, "versions": versions}))
