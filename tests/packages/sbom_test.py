"""Checks the bills of materials that packages get: sbom_test.py SBOM BUILD

Runs SBOM on the built files of BUILD, and compares what it says with what is known of them.
"""

import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SBOM = BUILD = ""
MODULE, DAEMON, TOOL = "pam_jwt/pam_jwt.so", "jwks-fetcher/jwks-fetcher", "ssh-jwt/ssh-jwt"
EPOCH = "1700000000"


@functools.cache
def bill_of(*targets):
    return run_sbom("libpam-jwt", *targets)


def run_sbom(name, *targets, build=None):
    """Returns the finished process, and the document that it wrote, or None."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "new", "bill.spdx.json")
        done = subprocess.run([SBOM, build or BUILD, name, str(path), *targets], capture_output=True, text=True,
                              check=False, env=dict(os.environ, SOURCE_DATE_EPOCH=EPOCH))
        return done, json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def related(bill, kind):
    """Returns the names of the packages in the relations of a kind."""
    names = {package["SPDXID"]: package["name"] for package in bill["packages"]}
    return {names[relation["relatedSpdxElement"]] for relation in bill["relationships"]
            if relation["relationshipType"] == kind}


class Bill(unittest.TestCase):
    def bill(self, *targets):
        done, bill = bill_of(*targets)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return bill

    def test_module_has_parsers_and_the_cpp_library_in_it_and_loads_libcrypto(self):
        bill = self.bill(MODULE)
        static, dynamic = related(bill, "STATIC_LINK"), related(bill, "DYNAMIC_LINK")
        self.assertLessEqual({"nlohmann-json3-dev", "libtomlplusplus-dev"}, static)
        self.assertTrue(any(re.fullmatch(r"libstdc\+\+-\d+-dev", name) for name in static), static)
        self.assertTrue(any(name.startswith("libssl3") for name in dynamic), dynamic)
        self.assertFalse(any(name.startswith("libssl") for name in static), static)
        self.assertFalse(any("curl" in name for name in static | dynamic))

    def test_daemon_loads_libcurl_and_the_cpp_library(self):
        bill = self.bill(DAEMON)
        dynamic = related(bill, "DYNAMIC_LINK")
        self.assertTrue(any(name.startswith("libcurl4") for name in dynamic), dynamic)
        self.assertIn("libstdc++6", dynamic)
        self.assertFalse(any(name.startswith("libstdc++") for name in related(bill, "STATIC_LINK")))

    def test_library_that_is_linked_but_not_needed_is_in_no_relation(self):
        bill = self.bill(TOOL)
        self.assertFalse(any("ssl" in name for name in related(bill, "STATIC_LINK") | related(bill, "DYNAMIC_LINK")))

    def test_package_of_several_files_has_the_parts_of_each(self):
        parts = [related(self.bill(target), "DYNAMIC_LINK") for target in (MODULE, DAEMON)]
        self.assertEqual(related(self.bill(MODULE, DAEMON), "DYNAMIC_LINK"), parts[0] | parts[1])

    def test_kernel_headers_are_no_part(self):
        self.assertNotIn("linux-libc-dev", json.dumps(self.bill(DAEMON)))

    def test_document_is_whole(self):
        bill = self.bill(MODULE)
        self.assertEqual((bill["spdxVersion"], bill["dataLicense"], bill["SPDXID"]),
                         ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
        self.assertEqual(bill["creationInfo"]["created"], "2023-11-14T22:13:20Z")
        ids = [package["SPDXID"] for package in bill["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        for name in ids:
            self.assertRegex(name, r"^SPDXRef-[A-Za-z0-9.-]+$")
        for relation in bill["relationships"]:
            self.assertLessEqual({relation["spdxElementId"], relation["relatedSpdxElement"]},
                                 {"SPDXRef-DOCUMENT", *ids})
        purls = [ref["referenceLocator"] for package in bill["packages"] for ref in package.get("externalRefs", [])]
        self.assertEqual(len(purls), len(ids) - 1)
        for purl in purls:
            self.assertRegex(purl, r"^pkg:(deb|rpm)/\w+/[^@+]+@[^@+:~]+\?arch=\w+&distro=\S+&upstream=\S+$")

    def test_same_files_make_the_same_document(self):
        self.assertEqual(self.bill(MODULE), run_sbom("libpam-jwt", MODULE)[1])

    def test_target_that_is_not_there_is_an_error(self):
        done, bill = run_sbom("libpam-jwt", "pam_jwt/pam_other.so")
        self.assertEqual((done.returncode, bill), (1, None))
        self.assertIn("pam_other.so", done.stderr)

    def test_directory_without_a_build_is_an_error(self):
        with tempfile.TemporaryDirectory() as directory:
            done, bill = run_sbom("libpam-jwt", MODULE, build=directory)
        self.assertEqual((done.returncode, bill), (1, None))
        self.assertRegex(done.stderr, r"^sbom: .*CMakeCache\.txt")


if __name__ == "__main__":
    SBOM, BUILD = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
