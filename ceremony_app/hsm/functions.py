"""The functions of a PKCS#11 module: their places in its list, and what each of them takes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum, unique
from pathlib import Path
from typing import Any, Final, TypeAlias

_NUMBER, _POINTER = ctypes.c_ulong, ctypes.c_void_p


@unique
class Function(IntEnum):
    """Places in CK_FUNCTION_LIST, counted from C_Initialize as 1 (PKCS#11 2.40, pkcs11f.h)."""

    INITIALIZE = 1
    FINALIZE = 2
    GET_INFO = 3
    GET_SLOT_LIST = 5
    GET_TOKEN_INFO = 7
    GET_MECHANISM_LIST = 8
    GET_MECHANISM_INFO = 9
    INIT_TOKEN = 10
    INIT_PIN = 11
    SET_PIN = 12
    OPEN_SESSION = 13
    CLOSE_SESSION = 14
    CLOSE_ALL_SESSIONS = 15
    LOGIN = 19
    LOGOUT = 20
    CREATE_OBJECT = 21
    DESTROY_OBJECT = 23
    GET_ATTRIBUTE_VALUE = 25
    FIND_OBJECTS_INIT = 27
    FIND_OBJECTS = 28
    FIND_OBJECTS_FINAL = 29
    SIGN_INIT = 43
    SIGN = 44
    GENERATE_KEY = 59
    GENERATE_KEY_PAIR = 60
    WRAP_KEY = 61
    UNWRAP_KEY = 62
    GENERATE_RANDOM = 65


Functions: TypeAlias = Mapping[Function, Callable[..., int]]
"""Each function as something that can be called and answers the return code."""

_ARGUMENTS: Final[Mapping[Function, Sequence[type[Any]]]] = {
    Function.INITIALIZE: (_POINTER,),
    Function.FINALIZE: (_POINTER,),
    Function.GET_INFO: (_POINTER,),
    Function.GET_SLOT_LIST: (ctypes.c_ubyte, _POINTER, _POINTER),
    Function.GET_TOKEN_INFO: (_NUMBER, _POINTER),
    Function.GET_MECHANISM_LIST: (_NUMBER, _POINTER, _POINTER),
    Function.GET_MECHANISM_INFO: (_NUMBER, _NUMBER, _POINTER),
    Function.INIT_TOKEN: (_NUMBER, _POINTER, _NUMBER, _POINTER),
    Function.INIT_PIN: (_NUMBER, _POINTER, _NUMBER),
    Function.SET_PIN: (_NUMBER, _POINTER, _NUMBER, _POINTER, _NUMBER),
    Function.OPEN_SESSION: (_NUMBER, _NUMBER, _POINTER, _POINTER, _POINTER),
    Function.CLOSE_SESSION: (_NUMBER,),
    Function.CLOSE_ALL_SESSIONS: (_NUMBER,),
    Function.LOGIN: (_NUMBER, _NUMBER, _POINTER, _NUMBER),
    Function.LOGOUT: (_NUMBER,),
    Function.CREATE_OBJECT: (_NUMBER, _POINTER, _NUMBER, _POINTER),
    Function.DESTROY_OBJECT: (_NUMBER, _NUMBER),
    Function.GET_ATTRIBUTE_VALUE: (_NUMBER, _NUMBER, _POINTER, _NUMBER),
    Function.FIND_OBJECTS_INIT: (_NUMBER, _POINTER, _NUMBER),
    Function.FIND_OBJECTS: (_NUMBER, _POINTER, _NUMBER, _POINTER),
    Function.FIND_OBJECTS_FINAL: (_NUMBER,),
    Function.SIGN_INIT: (_NUMBER, _POINTER, _NUMBER),
    Function.SIGN: (_NUMBER, _POINTER, _NUMBER, _POINTER, _POINTER),
    Function.GENERATE_KEY: (_NUMBER, _POINTER, _POINTER, _NUMBER, _POINTER),
    Function.GENERATE_KEY_PAIR: (_NUMBER, _POINTER, _POINTER, _NUMBER, _POINTER, _NUMBER, _POINTER, _POINTER),
    Function.WRAP_KEY: (_NUMBER, _POINTER, _NUMBER, _NUMBER, _POINTER, _POINTER),
    Function.UNWRAP_KEY: (_NUMBER, _POINTER, _NUMBER, _POINTER, _NUMBER, _POINTER, _NUMBER, _POINTER),
    Function.GENERATE_RANDOM: (_NUMBER, _POINTER, _NUMBER),
}


def functions_of(module: Path) -> tuple[int, Functions]:
    """The functions of a module, and the return code of C_GetFunctionList; no function where that is not CKR_OK.

    A call lets other threads go on while the module works.
    """
    library = ctypes.CDLL(str(module))
    places = ctypes.POINTER(ctypes.c_void_p)()
    code = int(library.C_GetFunctionList(ctypes.byref(places)))
    if code:
        return code, {}
    return code, {
        function: ctypes.CFUNCTYPE(ctypes.c_ulong, *arguments)(places[function])
        for function, arguments in _ARGUMENTS.items()
    }
