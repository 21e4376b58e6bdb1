"""Results and poses for other programs: tables, OpenSim, C3D."""

from formcheck.export.formats import FORMATS, Format, format_named, require, write_export

__all__ = ["FORMATS", "Format", "format_named", "require", "write_export"]
