"""`nonaligned panel` and `nonaligned cite` as a user runs them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from nonaligned.cli.panels import cite, panel
from nonaligned.ground.errors import NonalignedError

BASE = ["directed_dyad_year", "--years", "2000-2002", "--states", "IND,RUS"]


@pytest.fixture
def run(record):
    def go(command, *words):
        done = CliRunner().invoke(command, [*words, "--record", str(record.directory)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done

    return go


def test_piped_it_is_csv_and_stderr_tells_coverage(run):
    done = run(panel, *BASE, "--add", "trade:source=baci", "--add", "arms")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert rows[0] == {"state_1": "IND", "state_2": "RUS", "year": "2000", "exports_usd": "5.0", "exports_source": "baci",
                       "exports_reporter": "compiled", "arms_tiv": "0.0"}  # fmt: skip
    assert len(rows) == 6
    assert "arms: sipri_transfers, 2000 to 2002, no row there means none; 6 of 6 rows have a value" in done.stderr


def test_json_has_the_fixed_shape(run):
    shape = json.loads(run(panel, *BASE, "--add", "agreement", "--json").stdout)
    assert list(shape) == ["rows", "fields", "sources", "run"]
    assert shape["rows"][0]["agreement"] == 0.75
    assert [one["key"] for one in shape["sources"]] == ["un_votes"]


def test_a_file_is_written_by_its_suffix(run, tmp_path):
    done = run(panel, *BASE, "--add", "trade", "-o", str(tmp_path / "p.csv"))
    assert done.stdout == ""
    assert "Wrote" in done.stderr
    assert (tmp_path / "p.csv").read_text().count("\n") == 7


def test_it_cites_what_it_uses(run):
    assert run(panel, *BASE, "--add", "arms", "--cite").stdout.startswith("@misc{sipri_transfers,")
    assert run(cite, "atop").stdout.startswith("@misc{atop,")
    assert [one["key"] for one in json.loads(run(cite, "atop", "--json").stdout)["rows"]] == ["atop"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--years", "then"], "no years"),
        (["--add", "trade:cow"], "OPTION=VALUE"),
        (["--add", "trad"], "no variable"),
        (["-o", "p.xlsx"], "format"),
    ],
)
def test_what_is_mistaken_is_said_in_words(record, words, says):
    with pytest.raises(NonalignedError, match=says):
        CliRunner().invoke(panel, ["dyad_year", *words, "--record", str(record.directory)], catch_exceptions=False)
