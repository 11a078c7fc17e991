"""Tables as text that are damaged, deceive, or mean harm."""

from __future__ import annotations

import gzip

COLUMNS = ("id", "name", "country", "lon", "lat")
HEAD = b"id,name,country,lon,lat\n"
MEGABYTE = 1_000_000


def table_files() -> dict[str, bytes]:
    """By what they are."""
    return {
        "nothing": b"",
        "blank lines": b"\n \n\r\n",
        "zeros": bytes(1_000),
        "a PDF": b"%PDF-1.7\nid,name,country,lon,lat",
        "a picture": b"\x89PNG\r\n\x1a\n" + HEAD,
        "a gzipped table": gzip.compress(HEAD),
        "an old Excel file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "a page of the web": b"<!DOCTYPE html><html><table><tr><td>id</td></tr></table>",
        "JSON": b'{"id": 1, "name": "A"}',
        "a line without end": HEAD + b"," * (3 * MEGABYTE),
        "a quote without end": HEAD + b'1,"' + b"A\n" * MEGABYTE,
        "half a letter of UTF-16": HEAD.decode().encode("utf-16")[:-3],
        "a header in another encoding": "id,nàme,country,lon,lat\n1,A,GN,,".encode("latin-1"),
        "a header with a name twice": b"id,name,id,country,lon,lat\n1,A,2,GN,,\n",
        "a hundred thousand columns": HEAD.strip() + b",x" * 100_000,
        "another table": b"code;label\n1;A\n",
        "formulas": HEAD + b"=1+1,A,GN,,\n1,=cmd|' /C calc'!A0,GN,,\n2,@SUM(1),GN,,\n3,'=1,GN,,\n",
        "characters of control": HEAD + b"1,A\x1b[2J,GN,,\n2,A\x00B,GN,,\n",
        "rows of another width": HEAD + b"1,A\n1,2,3,4,5,6,7\n",
        "letters of another encoding": HEAD + b"1,H\xf4pital,GN,,\n",
        "a cell of a megabyte": HEAD + b"1," + b"x" * (MEGABYTE - 50) + b",GN,,\n",
        "UTF-32": HEAD.decode().encode("utf-32"),
        "EBCDIC": HEAD.decode().encode("cp500"),
        "countries that do not exist": HEAD + "1,A,Guinée,,\n2,B,XX,,\n3,C,\u202eNG,,\n".encode(),
        "no identifiers and no names": HEAD + b",A,GN,,\n1,,GN,,\n---,A,GN,,\n",
    }


def tagged_files() -> dict[str, bytes]:
    """Those with hashtags, or without them where they should be."""
    return {
        "hashtags too late": HEAD * 30 + b"#a,#b\n1,2\n",
        "a hundred thousand hashtags": b"#meta+id,#org" + b",#x" * 100_000,
        "other hashtags": b"a,b\n#org,#adm1\nX,Y\n",
        "a hashtag twice": b"#x+a+b,#x+b+a,#id\n1,2,3\n",
    }
