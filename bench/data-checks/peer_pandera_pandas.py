# The 25 checks in pandera, over pandas. Usage: FOLDER; prints one JSON object, see checks.ts.
import datetime
import json
import sys
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pa
from pandera.pandas import Check, Column, DataFrameSchema

folder = sys.argv[1]
fresh = pd.Timestamp(datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(days=60))
# Types that can hold a missing value: with the usual ones a missing id turns the column into floats.
trips = pd.read_parquet(f"{folder}/trips.parquet", dtype_backend="numpy_nullable")
zones = set(pd.read_parquet(f"{folder}/zones.parquet").zone_id)
whole = set()


def share(condition, name):
    """What pandera has no check for: one answer for the whole column."""
    whole.add(name)
    return Check(lambda column: bool(condition(column)), name=name, ignore_na=False)


schema = DataFrameSchema(
    {
        "id": Column("Int64", nullable=False, unique=True),
        "zone_id": Column(
            "Int32", [Check.in_range(1, 300, error="zone_range"), Check.isin(zones, error="zone_ref")], nullable=False
        ),
        "pay": Column("string", Check.isin(["cash", "card", "wallet", "voucher"], error="pay_set"), nullable=False),
        "code": Column(
            "string",
            [Check.str_matches(r"^T-[0-9]{6}-[A-Z]$", error="code_pattern"), Check.str_length(10, 10, error="code_length")],
        ),
        "amount": Column(
            "Float64",
            [
                share(lambda s: ((s < 0) | (s > 1000)).mean() <= 0.001, "amount_range"),
                share(lambda s: 12 <= s.mean() <= 14.5, "amount_mean"),
                share(lambda s: 5 <= s.std() <= 12, "amount_stddev"),
                share(lambda s: 10.5 <= s.quantile(0.5) <= 11.5, "amount_p50"),
                share(lambda s: 40 <= s.quantile(0.99) <= 48, "amount_p99"),
            ],
            nullable=False,
        ),
        "temp": Column(
            "Float64",
            [
                Check.in_range(-40, 70, error="temp_range"),
                share(lambda s: 17.5 <= s.mean() <= 18.5, "temp_mean"),
                share(lambda s: 6.5 <= s.std() <= 7.5, "temp_stddev"),
            ],
        ),
        "pax": Column(
            "Int32",
            [Check.in_range(1, 6, error="pax_range"), share(lambda s: s.isna().mean() <= 0.05, "pax_null")],
            nullable=True,
        ),
        "ts": Column("datetime64[us]", share(lambda s: s.max() >= fresh, "freshness")),
        "flagged": Column("boolean", share(lambda s: 0.18 <= s.mean() <= 0.22, "flagged_share")),
        "email": Column("string", Check.str_matches(r"^[a-z0-9._]+@[a-z]+\.(com|org|net)$", error="email_pattern")),
    },
    checks=[Check(lambda frame: bool(90_000 <= len(frame) <= 110_000_000), name="row_count")],
    strict=True,
    ordered=True,
)

asked = [check.error or check.name for column in schema.columns.values() for check in column.checks]
asked += [check.name for check in schema.checks] + ["columns", "id_unique"]
not_null = {"id": "id_null", "zone_id": "zone_null", "pay": "pay_null", "amount": "amount_null"}
asked += not_null.values()

failed, errors = {}, []
try:
    schema.validate(trips, lazy=True)
except pa.errors.SchemaErrors as found:
    for (column, check), rows in found.failure_cases.fillna({"column": ""}).groupby(["column", "check"]):
        name = {"not_nullable": not_null.get(column), "field_uniqueness": f"{column}_unique"}.get(check, check)
        if name in asked:
            failed[name] = None if name in whole else len(rows)
        else:
            errors.append(f"{column}: {check}")
versions = f"pandera {version('pandera')}, pandas {pd.__version__}"
print(json.dumps({"asked": asked, "failed": failed, "errors": errors, "versions": versions}))
