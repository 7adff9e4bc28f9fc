# The 25 checks in pandera, over polars. Usage: FOLDER; prints one JSON object, see checks.ts.
import datetime
import json
import sys
from importlib.metadata import version

import pandera.polars as pa
import polars as pl
from pandera.polars import Check, Column, DataFrameSchema

folder = sys.argv[1]
fresh = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(days=60)
trips = pl.read_parquet(f"{folder}/trips.parquet")
zones = pl.read_parquet(f"{folder}/zones.parquet")["zone_id"].to_list()
whole = set()


def share(condition, name):
    """What pandera has no check for: one answer for the whole column."""
    whole.add(name)
    return Check(lambda data: data.lazyframe.select(condition(pl.col(data.key))), name=name, ignore_na=False)


schema = DataFrameSchema(
    {
        "id": Column(pl.Int64, nullable=False, unique=True),
        "zone_id": Column(
            pl.Int32, [Check.in_range(1, 300, error="zone_range"), Check.isin(zones, error="zone_ref")], nullable=False
        ),
        "pay": Column(pl.Utf8, Check.isin(["cash", "card", "wallet", "voucher"], error="pay_set"), nullable=False),
        "code": Column(
            pl.Utf8,
            [
                Check.str_matches(r"^T-[0-9]{6}-[A-Z]$", error="code_pattern"),
                Check.str_length(10, 10, error="code_length"),
            ],
        ),
        "amount": Column(
            pl.Float64,
            [
                share(lambda c: ((c < 0) | (c > 1000)).mean() <= 0.001, "amount_range"),
                share(lambda c: c.mean().is_between(12, 14.5), "amount_mean"),
                share(lambda c: c.std().is_between(5, 12), "amount_stddev"),
                share(lambda c: c.quantile(0.5).is_between(10.5, 11.5), "amount_p50"),
                share(lambda c: c.quantile(0.99).is_between(40, 48), "amount_p99"),
            ],
            nullable=False,
        ),
        "temp": Column(
            pl.Float64,
            [
                Check.in_range(-40, 70, error="temp_range"),
                share(lambda c: c.mean().is_between(17.5, 18.5), "temp_mean"),
                share(lambda c: c.std().is_between(6.5, 7.5), "temp_stddev"),
            ],
        ),
        "pax": Column(
            pl.Int32,
            [Check.in_range(1, 6, error="pax_range"), share(lambda c: c.is_null().mean() <= 0.05, "pax_null")],
            nullable=True,
        ),
        "ts": Column(pl.Datetime("us"), share(lambda c: c.max() >= fresh, "freshness")),
        "flagged": Column(pl.Boolean, share(lambda c: c.mean().is_between(0.18, 0.22), "flagged_share")),
        "email": Column(pl.Utf8, Check.str_matches(r"^[a-z0-9._]+@[a-z]+\.(com|org|net)$", error="email_pattern")),
    },
    checks=[Check(lambda data: data.lazyframe.select(pl.len().is_between(90_000, 110_000_000)), name="row_count")],
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
    for (column, check), rows in found.failure_cases.group_by("column", "check"):
        name = {"not_nullable": not_null.get(column), "field_uniqueness": f"{column}_unique"}.get(check, check)
        if name in asked:
            failed[name] = None if name in whole else len(rows)
        else:
            errors.append(f"{column}: {check}")
versions = f"pandera {version('pandera')}, polars {pl.__version__}"
print(json.dumps({"asked": asked, "failed": failed, "errors": errors, "versions": versions}))
