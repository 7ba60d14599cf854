"""A light PAM client: authenticates to a service once for each token of standard input.

    pam_client.py SERVICE USER <tokens              prints the PAM code and the milliseconds of each
    pam_client.py SERVICE USER --session <token     opens a session too, and prints the PAM code of each phase
"""

import ctypes
import ctypes.util
import os
import sys
import time

LIBPAM = ctypes.CDLL(ctypes.util.find_library("pam"))
LIBC = ctypes.CDLL(None)
LIBC.calloc.restype = LIBC.strdup.restype = ctypes.c_void_p
LIBC.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
LIBC.strdup.argtypes = [ctypes.c_char_p]

PAM_SUCCESS = 0
PAM_PROMPT_ECHO_OFF = 1
PAM_ESTABLISH_CRED = 2


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


CONVERSE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
    ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("converse", CONVERSE), ("data", ctypes.c_void_p)]


def answer_with(token):
    """Returns a conversation that answers every prompt with the token. libpam frees the answers."""
    def converse(count, messages, responses, _data):
        answers = ctypes.cast(LIBC.calloc(count, ctypes.sizeof(Response)),
                              ctypes.POINTER(Response))
        for number in range(count):
            if messages[number].contents.style == PAM_PROMPT_ECHO_OFF:
                answers[number].text = LIBC.strdup(token)
        responses[0] = answers
        return PAM_SUCCESS

    return Conversation(CONVERSE(converse), None)


def authenticate(service, user, token):
    """Runs one transaction with the account phase, and returns its PAM code."""
    handle = ctypes.c_void_p()
    conversation = answer_with(token.encode())
    code = LIBPAM.pam_start(service.encode(), user.encode(), ctypes.byref(conversation),
                            ctypes.byref(handle))
    if code == PAM_SUCCESS:
        code = LIBPAM.pam_authenticate(handle, 0)
    if code == PAM_SUCCESS:
        code = LIBPAM.pam_acct_mgmt(handle, 0)
    LIBPAM.pam_end(handle, code)
    return code


def open_session(service, user, token):
    """Runs a whole login, up to the end of its session, and prints the PAM code of each phase.

    In front of each phase it looks for a file that is named after the phase, for those who trace it.
    """
    handle = ctypes.c_void_p()
    conversation = answer_with(token.encode())
    LIBPAM.pam_start(service.encode(), user.encode(), ctypes.byref(conversation), ctypes.byref(handle))
    for phase in ("authenticate", "acct_mgmt", "setcred", "open_session", "close_session"):
        os.path.exists(f"/phase/{phase}")
        flags = PAM_ESTABLISH_CRED if phase == "setcred" else 0
        print(phase, LIBPAM[f"pam_{phase}"](handle, flags), flush=True)
    os.path.exists("/phase/end")
    LIBPAM.pam_end(handle, PAM_SUCCESS)


def main():
    if sys.argv[3:] == ["--session"]:
        return open_session(*sys.argv[1:3], sys.stdin.readline().strip())
    service, user = sys.argv[1:]
    for line in sys.stdin:
        started = time.monotonic()
        code = authenticate(service, user, line.strip())
        print(code, (time.monotonic() - started) * 1000, flush=True)


if __name__ == "__main__":
    main()
