"""A panel or a measure as a file: CSV, Parquet, Stata, JSON; written beside the target and renamed, so that a file is whole or absent."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from nonaligned.ground.errors import UsageError
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs]
    import polars as pl

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
LONGEST_NAME, LONGEST_LABEL = 32, 80  # of a variable and of a label in Stata
RESERVED = frozenset("_all _b byte _coef _cons double float if in int long _n _N _pi _pred _rc _skip str strL using with".split())


class Answer(Protocol):
    """Rows with what describes them: what can be written to a file."""

    @property
    def frame(self) -> pl.DataFrame:
        """The rows."""
        ...

    @property
    def title(self) -> str:
        """What they are, in a line."""
        ...

    @property
    def columns(self) -> tuple[Field, ...]:
        """The definition of every column."""
        ...

    @property
    def fields(self) -> Sequence[Mapping[str, str]]:
        """Name, type, unit, description of every column, as data."""
        ...

    @property
    def sources(self) -> Sequence[Mapping[str, Any]]:
        """Every source used."""
        ...

    @property
    def run(self) -> Mapping[str, Any]:
        """How they were made."""
        ...


def dumps(answer: Answer) -> str:
    """The fixed JSON shape as text: rows, fields, sources, run."""
    shape = {"rows": answer.frame.to_dicts(), "fields": list(answer.fields), "sources": list(answer.sources), "run": dict(answer.run)}
    return json.dumps(shape, ensure_ascii=False, indent=1, default=str) + "\n"


def write(panel: Answer, path: Path) -> Path:
    """Write rows in the format of the path's suffix.

    Raises
    ------
    UsageError
        If the suffix is unknown, the folder is missing, or the file cannot be written.
    """
    write_as = {".csv": _csv, ".parquet": _parquet, ".dta": _stata, ".json": _json}.get(path.suffix.lower())
    if write_as is None:
        raise UsageError(f"Rows are not written as {path.suffix or 'a file without a suffix'}.", mend="use .csv, .parquet, .dta or .json")
    frame = panel.frame
    return _whole(path, lambda temporary: write_as(panel, frame, temporary))


def write_bytes(data: bytes, path: Path) -> Path:
    """Write bytes to a file that is whole or absent; raises UsageError if it cannot be written."""
    return _whole(path, lambda temporary: temporary.write_bytes(data))


def _whole(path: Path, fill: Callable[[Path], Any]) -> Path:
    """Fill a temporary file beside the target and rename it."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        try:
            fill(temporary)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"Cannot write {path}.", why=str(error.strerror or error), mend="give another FILE") from error
    return path


def write_csv(frame: pl.DataFrame, target: Path | IO[bytes]) -> None:
    """CSV with a header; missing is empty, and no text begins as a formula would."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if isinstance(kind, pl.String | pl.Categorical | pl.Enum)]
    plain = frame.with_columns(pl.col(name).cast(pl.String) for name in texts)
    is_formula = {name: pl.col(name).str.contains(r"^[=+\-@\t\r]") for name in texts}
    if texts and plain.select(pl.any_horizontal(rule.any() for rule in is_formula.values())).item():
        plain = plain.with_columns(pl.when(rule).then("'" + pl.col(name)).otherwise(name).alias(name) for name, rule in is_formula.items())
    plain.write_csv(target)


def _csv(panel: Answer, frame: pl.DataFrame, path: Path) -> None:
    write_csv(frame, path)


def _parquet(panel: Answer, frame: pl.DataFrame, path: Path) -> None:
    told = {"nonaligned": json.dumps({"fields": list(panel.fields), "sources": list(panel.sources), "run": dict(panel.run)}, default=str)}
    frame.write_parquet(path, compression="zstd", metadata=told)


def _json(panel: Answer, frame: pl.DataFrame, path: Path) -> None:
    path.write_text(dumps(panel), encoding="utf-8")


def _stata(panel: Answer, frame: pl.DataFrame, path: Path) -> None:
    import polars as pl

    try:
        import pyreadstat
    except ImportError as error:
        raise UsageError("Stata files need pyreadstat, which is not installed.", mend="pip install pyreadstat") from error
    names = stata_names(frame.columns)
    labels = {names[one.name]: _label(one) for one in panel.columns}
    flags = {names[one.name]: {0: "no", 1: "yes"} for one in panel.columns if is_flag(one)}
    typed = frame.with_columns(pl.col(name).cast(_stata_type(kind)) for name, kind in frame.schema.items()).rename(names)
    made: Callable[..., Any] = pyreadstat.write_dta
    made(typed, str(path), file_label=panel.title[:LONGEST_LABEL], column_labels=labels, variable_value_labels=flags)


def _stata_type(kind: pl.DataType) -> pl.DataType:
    import polars as pl

    if kind.is_integer():
        return pl.Int32()
    return pl.Float64() if kind.is_float() else pl.String()


def is_flag(field: Field) -> bool:
    """Whether a column says yes or no."""
    return field.kind == "integer" and (field.low, field.high) == (0, 1)


def _label(field: Field) -> str:
    text = f"{field.description} ({field.unit})" if field.unit else field.description
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 3].rstrip() + "..."


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """A legal Stata name for each column: 32 characters at most, letters, digits and _, none twice.

    Examples
    --------
    >>> stata_names(["year", "2nd", "if", "a" * 40, "a" * 41])["2nd"]
    '_2nd'
    >>> sorted(len(name) for name in stata_names(["a" * 40, "a" * 41]).values())
    [32, 32]
    """
    taken: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", column)
        if not plain or plain[0].isdigit() or plain in RESERVED or re.fullmatch(r"str\d+", plain):
            plain = f"_{plain}"
        name, number = plain[:LONGEST_NAME], 2
        while name in taken.values():
            name, number = f"{plain[: LONGEST_NAME - len(str(number)) - 1]}_{number}", number + 1
        taken[column] = name
    return taken


def to_pandas(panel: Answer) -> pd.DataFrame:
    """The panel as pandas: text as `object`, whole numbers that may be missing as `Int64`, other numbers as `float64`."""
    try:
        import pandas as pd  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise UsageError("pandas is not installed.", mend="pip install pandas, or use .frame (polars)") from error
    import numpy as np

    made: dict[str, Any] = {}
    for name, column in panel.frame.to_dict().items():
        if column.dtype.is_integer() and column.null_count():
            missing = column.is_null().to_numpy()
            made[name] = pd.arrays.IntegerArray(column.fill_null(0).to_numpy().astype(np.int64), missing.copy())
        elif column.dtype.is_numeric():
            made[name] = column.to_numpy()
        else:
            made[name] = column.to_list()
    return pd.DataFrame(made)
