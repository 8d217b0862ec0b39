from __future__ import annotations

import builtins
import json

import polars as pl
import pytest

from nonaligned.ground.errors import UsageError
from nonaligned.panels import panel
from nonaligned.panels.writing import LONGEST_NAME, RESERVED, stata_names, write_csv

STATES = ["CHN", "IND", "RUS", "USA"]


@pytest.fixture(scope="module")
def built(record):
    return panel("directed_dyad_year", (2000, 2002), STATES, record=record).add("trade").add("treaties").add("agreement").add("codes")


def test_csv_and_parquet_give_the_panel_back(built, tmp_path):
    plain = built.frame.with_columns(pl.col("exports_source", "exports_reporter").cast(pl.String))
    assert pl.read_parquet(built.write(tmp_path / "p.parquet")).with_columns(pl.col(pl.Enum).cast(pl.String)).equals(plain)
    back = pl.read_csv(built.write(tmp_path / "p.csv"), schema=plain.schema)
    assert back.equals(plain)
    assert list(tmp_path.iterdir()) == [tmp_path / "p.parquet", tmp_path / "p.csv"] or len(list(tmp_path.iterdir())) == 2


def test_parquet_carries_fields_and_sources(built, tmp_path):
    told = json.loads(pl.read_parquet_metadata(built.write(tmp_path / "p.parquet"))["nonaligned"])
    assert [one["name"] for one in told["fields"]] == built.frame.columns
    assert told["run"]["unit"] == "directed_dyad_year"


def test_json_has_the_fixed_shape(built, tmp_path):
    shape = json.loads(built.write(tmp_path / "p.json").read_text(encoding="utf-8"))
    assert list(shape) == ["rows", "fields", "sources", "run"]
    assert len(shape["rows"]) == built.frame.height


def test_stata_has_labels_and_missing_stays_missing(built, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    back, told = pyreadstat.read_dta(built.write(tmp_path / "p.dta"), output_format="polars")
    assert told.file_label == "nonaligned: directed_dyad_year 2000 to 2002 (cow)"
    assert set(told.column_names_to_labels) == set(back.columns)
    assert all(0 < len(label) <= 80 for label in told.column_names_to_labels.values())
    assert told.variable_value_labels["defense"] == {0: "no", 1: "yes"}
    for name in ("exports_usd", "agreement", "defense", "n_votes_shared"):
        assert back[name].null_count() == built.frame[name].null_count(), name
        assert back[name].drop_nulls().cast(pl.Float64).to_list() == built.frame[name].drop_nulls().cast(pl.Float64).to_list(), name
    assert back["state_1"].to_list() == built.frame["state_1"].to_list()


def test_names_are_legal_in_stata():
    columns = ["year", "if", "2nd", "a b", "str12", "x" * 40, "x" * 41, "exports_usd"]
    names = stata_names(columns)
    assert list(names) == columns
    assert len(set(names.values())) == len(columns)
    assert all(len(name) <= LONGEST_NAME and name.isidentifier() and name not in RESERVED for name in names.values())
    assert names["exports_usd"] == "exports_usd"


def test_no_text_is_run_as_a_formula(tmp_path):
    path = tmp_path / "f.csv"
    write_csv(pl.DataFrame({"name": ["=1+1", "@SUM", "India", None], "value": [-1.5, 2.0, None, 0.0]}), path)
    assert path.read_text().splitlines() == ["name,value", "'=1+1,-1.5", "'@SUM,2.0", "India,", ",0.0"]


def test_pandas_keeps_missing_apart_from_0(built):
    pd = pytest.importorskip("pandas")
    frame = built.to_pandas()
    assert list(frame.columns) == built.frame.columns
    assert frame["n_votes_shared"].isna().sum() == built.frame["n_votes_shared"].null_count() > 0
    assert frame["exports_usd"].isna().sum() == built.frame["exports_usd"].null_count()
    assert frame["year"].dtype == "int32"
    assert isinstance(frame["defense"].dtype, pd.Int64Dtype) or frame["defense"].dtype == "int8"


@pytest.mark.parametrize(("module", "call"), [("pandas", "to_pandas"), ("pyreadstat", "write")])
def test_an_absent_library_is_named(built, tmp_path, monkeypatch, module, call):
    real = builtins.__import__

    def refuse(name, *more):
        if name == module:
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=module):
        getattr(built, call)(*([] if call == "to_pandas" else [tmp_path / "p.dta"]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["p.xls", "p", "nowhere/p.csv"])
def test_what_cannot_be_written_is_refused_and_leaves_nothing(built, tmp_path, name):
    with pytest.raises(UsageError):
        built.write(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_it_shows_itself_in_a_notebook_without_running_anything(built):
    page = built._repr_html_()
    assert "agreement: un_votes, 2000 to 2002" in page
    assert "<script" not in page
    assert repr(built) == "<Panel directed_dyad_year 2000 to 2002 (cow): trade, treaties, agreement, codes>"
