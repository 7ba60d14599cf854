#!/usr/bin/python3
"""Checks that no function writes its result into a parameter: functions return their results."""

import re
import sys

from source_files import report, sources, without_comments_and_strings

PARTS = ("lib", "pam_jwt", "jwtctl", "ssh-jwt", "sshd-keys", "jwt-sso", "jwks-fetcher")

# Objects with an identity, which a function calls and does not fill.
ACTING = {
    "App", "CaughtSignals", "CommandLine", "Conversation", "Denylist", "Form", "HostDenials", "HttpClient",
    "IssuerTrack", "JsonEvents", "KeyStore", "LoginHost", "Loopback", "MemberReader", "PamHandle", "Reader",
    "Source", "SqliteDatabase", "SshLog", "Sshd", "Sudoers", "TextInParts", "Trace", "Tracks", "TrustedPath",
    "VarlinkConnection", "WireReader", "istream", "ostream",
}

# Handles of C libraries, and types of the arguments that callbacks of C get.
C_TYPES = {
    "CURL", "CURLM", "EVP_PKEY", "EVP_PKEY_CTX", "OSSL_PARAM", "char", "curl_sockaddr",
    "pam_handle_t", "sqlite3", "sqlite3_stmt", "void",
    "T",  # CurlOptions::Set hands a pointer of any type to libcurl
}

# A row of an option table writes into the struct of its table, since each row has another type.
OPTION_TABLES = ("lib/core/config/options.h", "lib/core/config/options.cc",
                 "lib/core/config/parse.cc", "ssh-jwt/options.cc", "jwtctl/commands/")

# Names of our functions begin with a capital. Callbacks that a library names do not.
FUNCTION = re.compile(r"\b([A-Z]\w*)\(((?:[^()]|\([^()]*\))*)\)")
PARAMETER = re.compile(
    r"(?:^|[(,])\s*((?:\w+ )*)([\w:]+(?:<[^(){};]*?>)?)([&*]+)(?: \w+)?\s*(?=$|[,)=])")


def may_be_written(qualifiers, kind, mark):
    if "const" in qualifiers.split() or mark == "&&":
        return False
    return kind.split("::")[-1] not in ACTING | C_TYPES


def check_file(path, text):
    """Returns the parameters of one file that a function may write into, one line per parameter."""
    if path.startswith(OPTION_TABLES):
        return []
    code = without_comments_and_strings(text)
    return [
        f"{path}:{code.count(chr(10), 0, function.start()) + 1}: {function.group(1)} may write "
        f"into its {kind}{mark}"
        for function in FUNCTION.finditer(code)
        for qualifiers, kind, mark in PARAMETER.findall(function.group(2))
        if may_be_written(qualifiers, kind, mark)
    ]


def main():
    return report([problem for path, text in sources(PARTS) for problem in check_file(path, text)])


if __name__ == "__main__":
    sys.exit(main())
