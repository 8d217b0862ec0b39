"""Putting an official file's rows into the record: corrected, checked, written whole, entered in the manifest last."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import CheckFailedError, NonalignedError, UsageError
from nonaligned.ground.version import version
from nonaligned.record.checks import check_drift, check_file, check_rows, within_dates
from nonaligned.record.corrections import correct, declared
from nonaligned.record.incoming import LoadedRows
from nonaligned.record.manifest import NAME, Loaded, RawFile, current, read_manifest, write_manifest
from nonaligned.record.publishing import keep_raw, only_writer, publish, raw_path, sha256
from nonaligned.record.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP = 131_072  # rows; a query for one state reads a few groups, as rows are in order of the key


def load_rows(
    directory: Path,
    source: str,
    read: LoadedRows,
    raw: Sequence[Path],
    *,
    urls: Mapping[str, str] | None = None,
    fewer_rows: bool = False,
    tell: Callable[[], None] | None = None,
) -> Loaded:
    """Put what a reader made of official files in the record, in place of what the same part of the source said before.

    Parameters
    ----------
    directory : Path
        The user's record; made where it is missing.
    source : str
        Name of the source. Earlier rows of the part stay on disk as a vintage.
    read : LoadedRows
        The reader's answer.
    raw : sequence of Path
        The official files, copied unchanged into the record.
    urls : mapping, optional
        Name of a file -> the address from which it came.
    fewer_rows : bool
        Whether many rows fewer than at the last load are meant.
    tell : callable, optional
        Called once if another writer must be waited for.

    Raises
    ------
    CheckFailedError
        If rows break a rule of their table, or the reader lost count of rows; the record is as it was.
    UsageError
        If the record cannot be written; the record is as it was.
    """
    import polars as pl

    try:
        frames, notes, corrected = _checked(directory, source, read)
        for folder in ("tables", "raw"):
            (directory / folder).mkdir(parents=True, exist_ok=True)
        with only_writer(directory, tell=tell), _or_nothing(directory, raw):
            loads = read_manifest(directory)
            _remove_strays(directory, loads, raw)
            standing = [entry for entry in current(loads) if entry.source == source]
            before = next((entry for entry in standing if entry.part == read.part), None)
            heights = {name: _height(frame) for name, frame in frames.items()}
            for name, had in before.rows.items() if before else ():
                check_drift(name, heights.get(name, 0), had, fewer_rows)
            others = [entry for entry in standing if entry.part != read.part and read.part]
            over = tuple(entry.part for entry in others if _overlaps(entry, frames, directory))
            entry = Loaded(
                source=source,
                part=read.part,
                loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
                raw=tuple(RawFile(path.name, keep_raw(path, directory / "raw"), (urls or {}).get(path.name, "")) for path in raw),
                files={name: _write(frame, directory / "tables", f"{name}-{source}") for name, frame in frames.items()},
                rows=heights,
                origin=read.origin,
                coverage={name: asdict(one) for name, one in read.coverage.items()},
                rows_in=read.rows_in,
                set_aside=tuple(asdict(one) for one in (*read.set_aside, *notes)),
                corrected=corrected,
                over=over,
                program=version(),
            )
            write_manifest(directory, (*loads, entry))
        return entry
    except (OSError, pl.exceptions.ComputeError) as error:
        raise _unwritable(directory, error) from error
    finally:
        _forget(read)


def _checked(
    directory: Path, source: str, read: LoadedRows
) -> tuple[dict[str, pl.DataFrame | Path], tuple[Any, ...], tuple[dict[str, str], ...]]:
    """The frames in the shape of their tables, notes on rows left out, and corrections made."""
    counted = read.rows_used + sum(one.count for one in read.set_aside)
    if counted != read.rows_in:
        raise CheckFailedError(
            f"{read.rows_in:,} rows were read from the file, but {counted:,} are accounted for.", why=f"The reader of {source} lost count."
        )
    frames: dict[str, pl.DataFrame | Path] = {}
    notes: list[Any] = []
    corrected: list[dict[str, str]] = []
    for name, frame in read.frames.items():
        if isinstance(frame, Path):
            if any(row["table"] == name for row in declared(directory, source)):
                raise CheckFailedError(
                    f"Corrections of {name} cannot be made.", why=f"The rows of {source} are too many to be held at once."
                )
            check_file(TABLES[name], frame)
            frames[name] = frame
            continue
        mended, made = correct(directory, source, name, frame)
        shaped = check_rows(TABLES[name], mended)
        frames[name], outside = within_dates(TABLES[name], shaped)
        notes += outside
        corrected += made
    if not any(_height(frame) for frame in frames.values()):
        raise CheckFailedError("The file gives no rows.", why="; ".join(one.reason for one in read.set_aside), mend="nonaligned sources")
    return frames, tuple(notes), tuple(corrected)


def _height(frame: pl.DataFrame | Path) -> int:
    import polars as pl

    return pl.scan_parquet(frame).select(pl.len()).collect().item() if isinstance(frame, Path) else frame.height


def _overlaps(entry: Loaded, frames: Mapping[str, pl.DataFrame | Path], directory: Path) -> bool:
    """Whether an earlier part holds a key that a new one holds too."""
    import polars as pl

    for name, frame in frames.items():
        if name not in entry.files:
            continue
        key = list(TABLES[name].key)
        new = pl.scan_parquet(frame) if isinstance(frame, Path) else frame.lazy()
        try:
            old = pl.scan_parquet(directory / "tables" / entry.files[name])
            if new.select(key).join(old.select(key), on=key, how="semi").head(1).collect(engine="streaming").height:
                return True
        except (OSError, pl.exceptions.PolarsError):  # the earlier file is damaged; once mended it may share keys
            return True
    return False


def _write(frame: pl.DataFrame | Path, folder: Path, stem: str) -> str:
    temporary = folder / f"{stem}.part"
    if isinstance(frame, Path):
        shutil.move(frame, temporary)
        temporary.touch()
    else:
        frame.write_parquet(temporary, compression="zstd", row_group_size=ROW_GROUP)
    final = folder / f"{stem}-{sha256(temporary)[:16]}.parquet"
    publish(temporary, final)
    return final.name


@contextmanager
def _or_nothing(directory: Path, raw: Sequence[Path]) -> Generator[None]:
    """Take back what a load that fails has written, so that it fills no disk."""
    try:
        yield
    except BaseException:
        with suppress(OSError, NonalignedError):
            _remove_strays(directory, read_manifest(directory), raw)
        raise


def _remove_strays(directory: Path, loads: Sequence[Loaded], raw: Sequence[Path]) -> None:
    """Files of a load that was killed before it stood in the manifest: it does not name them, and they are newer.

    Older ones stay: where a manifest was lost, the official files may be nowhere else.
    """
    manifest = directory / NAME
    if not manifest.exists():
        write_manifest(directory, ())
        return
    since = manifest.stat().st_mtime_ns
    known = {name for entry in loads for name in entry.files.values()} | {path.name for path in raw}
    known |= {raw_path(Path(), one.name, one.sha256).name for entry in loads for one in entry.raw}
    for path in (*(directory / "tables").iterdir(), *(directory / "raw").iterdir()):
        if path.is_file() and path.name not in known and path.stat().st_mtime_ns >= since:
            path.unlink()


def _forget(read: LoadedRows) -> None:
    """Remove the folders in which a reader of a large file wrote."""
    for frame in read.frames.values():
        if isinstance(frame, Path) and frame.parent.name.startswith("nonaligned-") and frame.is_relative_to(tempfile.gettempdir()):
            shutil.rmtree(frame.parent, ignore_errors=True)


def _unwritable(directory: Path, error: Exception) -> UsageError:
    number = getattr(error, "errno", None)
    is_full = number in {errno.ENOSPC, errno.EDQUOT} or "No space left" in str(error)
    where = getattr(error, "filename", None)
    why = "The disk is full" if is_full else str(getattr(error, "strerror", None) or error) + (f" ({where})" if where else "")
    return UsageError(f"Cannot write the record in {directory}.", why=f"{why.rstrip('.')}. The record is as it was.", mend="--record DIR")
