"""Arrays without reference counts, for compiled loops that pass them to many small functions.

Numba counts the users of an array with an atomic instruction each time it passes one on, which took half of
the time of a search on one thread and more on two that share their tables.
"""

from typing import Any

from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def borrowed(typing_context: Any, array: Any) -> Any:
    """The same array, uncounted; the caller keeps the original alive meanwhile."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = cgutils.create_struct_proxy(array)(context, builder, value=arguments[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        return view._getvalue()

    return array(array), generate
