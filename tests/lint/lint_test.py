#!/usr/bin/python3
"""Checks that each lint finds what it is for."""

import pathlib
import tempfile
import unittest

import confinement
import examples
import exports
import fail2ban
import layers
import links
import man_pages
import no_default
import out_parameters
import reasons
import rfc
import words
from source_files import without_comments_and_strings


class Layers(unittest.TestCase):
    def assert_refused(self, path, include):
        problems = layers.check_file(path, f"#include {include}\n")
        self.assertEqual(len(problems), 1, f"{path} {include}")

    def assert_taken(self, path, include):
        self.assertEqual(layers.check_file(path, f"#include {include}\n"), [])

    def test_core_includes_the_parts_in_front_of_it(self):
        self.assert_taken("lib/core/jose/jws.cc", '"core/json/json.h"')
        self.assert_refused("lib/core/json/json.cc", '"core/jose/jws.h"')
        self.assert_refused("lib/core/base/error.cc", '"core/json/json.h"')
        self.assert_refused("lib/core/new/x.cc", '"core/base/error.h"')

    def test_the_module_needs_no_libm(self):
        self.assert_taken("jwtctl/decision/claim_list.cc", "<cmath>")
        for path in ("lib/core/json/write.cc", "lib/io/file.cc", "pam_jwt/pam_jwt.cc"):
            self.assert_refused(path, "<cmath>")

    def test_core_is_pure(self):
        self.assert_taken("lib/core/claims/claims.cc", "<string>")
        for header in ("<fstream>", "<chrono>", "<unistd.h>", "<syslog.h>",
                       "<security/pam_modules.h>", '"io/file.h"', "<openssl/evp.h>", "<curl/curl.h>"):
            self.assert_refused("lib/core/claims/claims.cc", header)

    def test_libraries_have_their_places(self):
        self.assert_taken("lib/core/json/read.cc", "<nlohmann/json.hpp>")
        self.assert_refused("lib/core/jose/jwk.cc", "<nlohmann/json.hpp>")
        self.assert_taken("lib/core/config/toml.h", "<toml++/toml.h>")
        self.assert_refused("lib/core/login/decide.cc", "<toml++/toml.h>")
        self.assert_taken("lib/core/jose/verify.cc", "<openssl/evp.h>")
        self.assert_refused("lib/io/file.cc", "<openssl/evp.h>")
        self.assert_taken("pam_jwt/pam_jwt.cc", "<security/pam_modules.h>")
        self.assert_refused("jwtctl/main.cc", "<security/pam_modules.h>")
        self.assert_refused("pam_jwt/pam_jwt.cc", "<systemd/sd-daemon.h>")

    def test_programs_do_not_include_each_other(self):
        self.assert_taken("pam_jwt/pam_jwt.cc", '"io/file.h"')
        self.assert_refused("pam_jwt/pam_jwt.cc", '"jwtctl/main.h"')
        self.assert_refused("ssh-jwt/main.cc", '"pam_jwt/session.h"')
        self.assert_refused("lib/io/file.cc", '"pam_jwt/session.h"')

    def test_rooms_include_the_rooms_below_them(self):
        for path, below, above in (
            ("jwtctl/stack/stack_rule.cc", "jwtctl/text/marked_block.h", "jwtctl/doctor/finding.h"),
            ("jwtctl/text/marked_block.cc", "text/text_lines.h", "jwtctl/host/host_tree.h"),
            ("jwtctl/doctor/doctor.cc", "jwtctl/sshd/sshd.h", "jwtctl/enable/enable.h"),
            ("jwks-fetcher/redeem/redeemer.cc", "jwks-fetcher/host/log_line.h",
             "jwks-fetcher/fetch/fetcher.h"),
            ("jwks-fetcher/fetch/fetcher.cc", "jwks-fetcher/varlink/reply.h",
             "jwks-fetcher/redeem/one_time_store.h"),
        ):
            self.assert_taken(path, f'"{below}"')
            self.assert_refused(path, f'"{above}"')
        self.assert_refused("jwtctl/new/x.cc", '"jwtctl/text/marked_block.h"')

    def test_no_room_includes_what_stands_beside_the_rooms(self):
        self.assert_taken("jwks-fetcher/metrics.cc", '"jwks-fetcher/fetch/issuer_status.h"')
        self.assert_taken("jwtctl/commands/denylist_verbs.cc", '"jwtctl/denylist/deny.h"')
        self.assert_refused("jwtctl/config/check.cc", '"jwtctl/denylist/deny.h"')
        self.assert_taken("jwtctl/daemon/status.cc", '"jwtctl/exit_code.h"')
        self.assert_refused("jwks-fetcher/fetch/fetcher.cc", '"jwks-fetcher/daemon.h"')

    def test_http_knows_no_issuer(self):
        self.assert_taken("lib/http/curl_http.cc", '"core/base/url.h"')
        self.assert_taken("lib/http/curl_http.cc", '"io/file.h"')
        self.assert_refused("lib/http/curl_http.cc", '"core/config/config.h"')
        self.assert_refused("lib/http/curl_http.cc", '"jwks-fetcher/host/log_line.h"')
        self.assert_taken("jwks-fetcher/fetch/fetcher.cc", '"http/http.h"')
        self.assert_refused("jwtctl/daemon/status.cc", '"http/http.h"')
        self.assert_taken("jwt-sso/provider/provider.cc", '"http/exchange.h"')
        self.assert_refused("jwt-sso/verbs/status.cc", '"http/exchange.h"')

    def test_what_is_unverified_is_for_people(self):
        self.assert_taken("jwtctl/decision/inspect.cc", '"core/jose/unverified.h"')
        self.assert_taken("tests/unit/core/jose/unverified_test.cc", '"core/jose/unverified.h"')
        self.assert_refused("pam_jwt/authenticate.cc", '"core/jose/unverified.h"')
        self.assert_refused("lib/core/login/decide.cc", '"core/jose/unverified.h"')

    def test_only_tests_include_test_support(self):
        self.assert_taken("tests/unit/io/file_test.cc", '"support/expect.h"')
        self.assert_refused("jwtctl/mint.cc", '"support/token_builder.h"')

    def test_no_include_goes_round(self):
        tree = {"jwtctl/text/a.h": '#include "core/json/b.h"\n#include <string>\n',
                "jwtctl/text/a.cc": '#include "jwtctl/text/a.h"\n',
                "lib/core/json/b.cc": '#include "core/json/b.h"\n#include "core/json/c.h"\n',
                "lib/core/json/b.h": "",
                "lib/core/json/c.h": "",
                "tests/unit/c_test.cc": '#include "core/json/c.h"\n'}
        self.assertEqual(layers.check_cycles(tree), [])
        tree["lib/core/json/c.cc"] = '#include "jwtctl/text/a.h"\n'
        self.assertEqual(layers.check_cycles(tree),
                         ["these include each other in a circle: "
                          "jwtctl/text/a, lib/core/json/b, lib/core/json/c"])

    def test_few_files_stand_beside_the_rooms(self):
        beside = [f"jwtctl/{i}.cc" for i in range(layers.MAX_BESIDE_ROOMS)] + ["jwtctl/text/a.cc"]
        self.assertEqual(layers.check_beside_rooms(beside), [])
        self.assertEqual(len(layers.check_beside_rooms(beside + ["jwtctl/one_more.h"])), 1)


class Exports(unittest.TestCase):
    ENTRIES = "\n".join(f"0000000000001000 T {name}" for name in sorted(exports.ENTRIES))

    def test_a_missing_or_superfluous_symbol_is_found(self):
        self.assertEqual(exports.check_symbols(self.ENTRIES), [])
        one_more = self.ENTRIES + "\n00 W _ZSt4cout"
        self.assertEqual(exports.check_symbols(one_more), ["exports _ZSt4cout"])
        self.assertEqual(len(exports.check_symbols("")), len(exports.ENTRIES))
        self.assertEqual(exports.check_symbols("00 T pamjwt_judge_key_1", exports.JUDGE_ENTRIES), [])

    def test_a_library_too_many_is_found(self):
        line = " 0x01 (NEEDED)             Shared library: [{}]\n"
        names = ("libpam.so.0", "libcrypto.so.3", "libc.so.6", "ld-linux-x86-64.so.2")
        good = "".join(map(line.format, names))
        self.assertEqual(exports.check_needed(good), [])
        one_more = good + line.format("libstdc++.so.6")
        self.assertEqual(exports.check_needed(one_more), ["needs libstdc++.so.6"])
        self.assertNotEqual(exports.check_needed(""), [])

    def test_a_library_that_the_module_does_not_need_is_found(self):
        line = " 0x01 (NEEDED)             Shared library: [{}]\n"
        module = line.format("libcrypto.so.3") + line.format("libc.so.6")
        self.assertEqual(exports.check_needs_no_more(line.format("libc.so.6"), module), [])
        self.assertEqual(exports.check_needs_no_more(line.format("libm.so.6"), module),
                         ["needs libm.so.6, and the module does not"])

    def test_a_missing_flag_is_found(self):
        self.assertEqual(exports.check_flags("(FLAGS_1) Flags: NOW NODELETE"), [])
        self.assertEqual(exports.check_flags("(FLAGS_1) Flags: NOW"), ["lacks NODELETE"])


class Reasons(unittest.TestCase):
    SOURCE = 'Entry{Reason::kExpired, "token.expired", Kind::kVerdict},\n'

    def test_one_heading_for_each_id(self):
        self.assertEqual(reasons.check(self.SOURCE, "### `token.expired`\n"), [])
        self.assertEqual(len(reasons.check(self.SOURCE, "")), 1)
        self.assertEqual(len(reasons.check(self.SOURCE, "### `token.expired`\n" * 2)), 1)
        one_more = "### `token.expired`\n### `token.gone`\n"
        self.assertEqual(len(reasons.check(self.SOURCE, one_more)), 1)
        self.assertNotEqual(reasons.check("", ""), [])


class ManPages(unittest.TestCase):
    DOCUMENT = "- `login.leeway` (default `\"30s\"`; 0s to 5m):\n  Tolerance.\n- `login.host`:\n  Name.\n"
    ENTRIES = "# O\n\n## [login]\n\n*leeway* (default *\"30s\"*; 0s to 5m)\n\tX\n\n*host*\n\tX\n"

    def problems_with(self, old, new):
        self.assertIn(old, self.ENTRIES)
        return man_pages.check_settings(self.DOCUMENT, self.ENTRIES.replace(old, new))

    def test_settings_have_entries_defaults_and_bounds(self):
        self.assertEqual(self.problems_with("", ""), [])
        self.assertEqual(self.problems_with("*host*", "host"),
                         ["pam_jwt.toml.5 has no entry for login.host"])
        self.assertEqual(self.problems_with("*host*", "*host*\n\tX\n\n*hots*"),
                         ["pam_jwt.toml.5 has login.hots, which does not exist"])
        differs = 'and docs/configuration.md has (default *"30s"*; 0s to 5m)'
        self.assertEqual(self.problems_with("30s", "31s"),
                         [f'pam_jwt.toml.5: login.leeway has (default *"31s"*; 0s to 5m), {differs}'])
        self.assertEqual(self.problems_with("0s to 5m", "0s to 6m"),
                         [f'pam_jwt.toml.5: login.leeway has (default *"30s"*; 0s to 6m), {differs}'])
        self.assertEqual(self.problems_with("*host*", "*host* (default *\"\"*)"),
                         ['pam_jwt.toml.5: login.host has (default *""*), and docs/configuration.md has ()'])
        self.assertNotEqual(man_pages.check_settings("", ""), [])

    def test_one_heading_may_name_several_tables(self):
        page = "## [[issuer.NAME.account]] and [[issuer.NAME.service.SERVICE.account]]\n\n*claim*\n"
        self.assertEqual([name for name, _ in man_pages.settings(page)],
                         ["issuer.NAME.account.claim", "issuer.NAME.service.SERVICE.account.claim"])

    def test_an_option_of_the_pam_line_needs_its_entry(self):
        page = "# OPTIONS\n\n*config=*_path_\n\tX\n\n*debug*\n\tX\n\n# NOTES\n\n*other*\n"
        source = '{"config", Takes::kValue, X}, {"debug", Takes::kNothing, X}'
        self.assertEqual(man_pages.check_pam_options(source, page), [])
        self.assertEqual(len(man_pages.check_pam_options(source + ' {"new", Takes::kNothing, X}', page)), 1)
        self.assertEqual(len(man_pages.check_pam_options('{"config", Takes::kValue, X}', page)), 1)

    def test_a_verb_needs_a_heading_and_entries_for_its_options(self):
        page = "# OPTIONS\n\n*--help*\n\n# VERBS\n\n## check\n\n*--config* _FILE_\n\tX\n"
        main = "  -h,--help  X\nSubcommands:\n  check  X, see --other\n"
        check = "  -h,--help  X\n  --config FILE\n"
        problems = lambda page, verbs: man_pages.check_program("a.1", page, main, verbs)
        self.assertEqual(man_pages.subcommands(main), ["check"])
        self.assertEqual(problems(page, {"check": check}), [])
        self.assertEqual(problems(page, {"check": check + "  --host FQDN\n"}),
                         ["a.1, check has no entry for host"])
        self.assertEqual(problems(page, {"check": "  -h,--help  X\n"}),
                         ["a.1, check has config, which does not exist"])
        self.assertEqual(problems(page, {"check": check, "keys": ""}),
                         ["a.1 has no heading for the verb keys"])
        self.assertEqual(problems(page + "\n## gone\n", {"check": check}),
                         ["a.1 has the verb gone, which does not exist"])

    def test_a_table_is_not_shown_everywhere(self):
        self.assertEqual(man_pages.check_tables("a.1", "```\n[issuer.a]\n[[issuer.a.account]]\n```\n\n- *x*: y\n"), [])
        self.assertEqual(len(man_pages.check_tables("a.1", "[[ *x*\n:[ *y*\n")), 1)

    def test_one_help_text_may_have_the_options_of_all_verbs(self):
        text = "Usage: a VERB [OPTION]...\n\nX.\n\n  in [X]  X\n    --all  X\n  out  X\n  help, version\n\nSee --b.\n"
        verbs = man_pages.verbs_of("a", text)
        self.assertEqual({verb: man_pages.long_options(part) for verb, part in verbs.items()},
                         {"in": {"all"}, "out": set()})
        page = "# VERBS\n\n## in\n\n*--all*\n\tX\n\n## out\n"
        self.assertEqual(man_pages.check_program("a.1", page, text.replace("See --b.", ""), verbs), [])
        self.assertEqual(len(man_pages.check_program("a.1", page, text, verbs)), 1)

    def test_a_field_of_a_profile_needs_its_entry(self):
        source = 'Row{"issuer", &X}, Row{"hosts", &X}'
        page = "# PROFILES\n\n*issuer*\n\tX\n\n*hosts* (default *[]*)\n\tX\n\n# FILES\n\n*other*\n"
        self.assertEqual(man_pages.check_profile_fields(source, page), [])
        self.assertEqual(man_pages.check_profile_fields(source + ' Row{"key", &X}', page),
                         ["jwt-sso.1 has no entry for key"])

    def test_a_command_in_a_message_must_exist(self):
        options_of = {("jwtctl", "enable"): {"or-password"}, ("jwtctl", "check"): set(), ("jwt-sso", "login"): set()}
        problems = lambda source: man_pages.check_commands("a.cc", source, options_of)
        self.assertEqual(problems('"see jwtctl check: " + why'), [])
        self.assertEqual(problems('"`jwtctl enable --or-password " + service + "`"'), [])
        self.assertEqual(problems('Say("jwtctl does not know it");  // jwtctl chek'), [])
        self.assertEqual(problems('"run `jwtctl "\n    "chek`"'),
                         ["a.cc names the command jwtctl chek, which does not exist"])
        self.assertEqual(problems('"`jwtctl check`, or jwtctl enable --password"'),
                         ["a.cc names jwtctl enable --password, which does not exist"])
        self.assertEqual(problems('"jwt-sso login, or jwt-sso log --in"'),
                         ["a.cc names the command jwt-sso log, which does not exist"])

    def test_an_option_that_is_only_mentioned_must_exist(self):
        page = "jwtctl check --config F; systemctl enable --now"
        self.assertEqual(man_pages.check_mentions("a.1", page, {"config"}), [])
        self.assertEqual(len(man_pages.check_mentions("a.1", page, set())), 1)


class Examples(unittest.TestCase):
    def test_toml_is_found_in_a_comment(self):
        text = "# One line.\n# conf.d/x.toml:\n#   [issuer.a]\n#\n#   url = 1\n\nauth required pam_jwt.so\n"
        self.assertEqual(examples.in_comment(text), "[issuer.a]\n\nurl = 1\n")

    def test_pam_lines_are_those_of_the_document(self):
        document = "```text\nauth     requisite pam_jwt.so\n```\n"
        self.assertEqual(examples.check_pam_lines(document, {"a": "# x\nauth requisite  pam_jwt.so\n"}), [])
        self.assertEqual(len(examples.check_pam_lines(document, {"a": "auth required pam_jwt.so\n"})), 1)
        self.assertEqual(examples.check_pam_lines(document, {"a": "# x\n"}), ["a has no PAM line"])

    def test_alert_rules_name_metrics_that_there_are(self):
        source = '{"keys", "gauge"}, SingleMetric("config_good", "gauge"'
        check = lambda rules: examples.check_metrics({"jwks_fetcher_": source}, rules)
        self.assertEqual(check("jwks_fetcher_keys > jwks_fetcher_config_good"), [])
        self.assertEqual(len(check("jwks_fetcher_key")), 1)
        self.assertNotEqual(check(""), [])
        of_two = {"jwks_fetcher_": source, "pam_jwt_denylist_": 'Gauge("serial", "The serial."'}
        self.assertEqual(examples.check_metrics(of_two, "jwks_fetcher_keys and pam_jwt_denylist_serial"), [])
        self.assertEqual(len(examples.check_metrics(of_two, "jwks_fetcher_keys")), 1)

    def test_alert_rules_for_logins_name_what_mtail_counts(self):
        program = "counter pam_jwt_logins_total by outcome, reason\n"
        document = "### `key.unknown`\n"
        good = 'sum by (instance, reason) (pam_jwt_logins_total{reason=~"key.unknown"}) {{ $labels.outcome }}'
        self.assertEqual(examples.check_login_metrics(program, good, document), [])
        for old, new in [("logins_total{", "login_total{"), ("(instance, reason)", "(instance, user)"),
                         ("{reason=~", "{why=~"), ("key.unknown", "key.known"), ("$labels.outcome", "$labels.user")]:
            self.assertNotEqual(examples.check_login_metrics(program, good.replace(old, new), document), [], new)
        self.assertNotEqual(examples.check_login_metrics("", good, document), [])

    def test_an_example_gets_a_key_file_in_place_of_a_url(self):
        fetched = 'url = "https://a"\njwks_uri = "https://b"\n'
        self.assertEqual(examples.with_key_file(fetched),
                         'url = "https://a"\njwks_file = "/etc/pam_jwt/fetched.json"\n')

    def test_an_example_is_read_with_its_lines_for_certificates(self):
        text = ('#bound_audiences = ["a"]\n#max_bound_age = "1h"\n#[[issuer.a.account]]\n'
                '# ID tokens in certificates.\n#[[issuer.a.account]]\n#claim = "sub"\n# Words.\n')
        self.assertEqual(examples.for_certificates(text),
                         'bound_audiences = ["a"]\n#max_bound_age = "1h"\n#[[issuer.a.account]]\n'
                         '# ID tokens in certificates.\n[[issuer.a.account]]\nclaim = "sub"\n# Words.\n')
        self.assertTrue(examples.for_certificates(text, 'client_id = "a"\nmax_bound_age = "1h"\n').startswith(
            'bound_audiences = ["a"]\nmax_bound_age = "1h"\n#[[issuer.a.account]]\n'))

    def test_a_profile_names_its_command(self):
        text = ("# Made by:   jwtctl client-profile a --use prompt\n#            --host '*'\n"
                "#            on a host with ../issuers/a-b.toml.example\n")
        self.assertEqual(examples.MADE_BY.search(text).groups(),
                         ("client-profile a --use prompt\n#            --host '*'", "a-b"))
        self.assertEqual(examples.check_profile("no jwtctl", "x", "# Nothing.\n"),
                         ["x does not say by which command it is made"])


class Fail2ban(unittest.TestCase):
    FILTER = ("[Definition]\n_daemon = \\S+\n_forged = token\\.(?:cut|type)\n_outcome_normal = refused\n"
              "prefregex = ^%(__prefix_line)s<F-CONTENT>.+</F-CONTENT>$\n"
              "failregex = ^<_outcome_<mode>> rhost=<ADDR>$\n")

    def test_placeholders_are_filled_in(self):
        section = fail2ban.definition(self.FILTER.replace("%(__prefix_line)s", "%(__prefix_line)s.*auth\\): "), "normal")
        self.assertEqual(fail2ban.address_of(section, "refused rhost=192.0.2.7"), "192.0.2.7")
        self.assertEqual(fail2ban.address_of(section, "refused rhost=2001:db8::7"), "2001:db8::7")
        self.assertIsNone(fail2ban.address_of(section, "refused rhost=host"))

    def test_each_reason_exists(self):
        document = "### `token.cut`\n### `token.type`\n"
        self.assertEqual(fail2ban.check_reasons(self.FILTER, document), [])
        self.assertEqual(len(fail2ban.check_reasons(self.FILTER, "### `token.cut`\n")), 1)


class Links(unittest.TestCase):
    def problems_of(self, text):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "0041-why.md").write_text("# 0041: Why\n\n```sh\n# not a heading\n```\n\n## `One` word, or two\n")
            (root / "page.md").write_text(text)
            return links.check(root / "page.md")

    def test_a_link_leads_to_a_file_and_a_heading(self):
        for link in ("[a](0041-why.md)", "[a](0041-why.md#one-word-or-two)", "# Here\n[a](#here)",
                     "[a](https://example.com/x#y)"):
            self.assertEqual(self.problems_of(link), [])
        for link in ("[a](0042-why.md)", "[a](0041-why.md#one)", "[a](0041-why.md#not-a-heading)", "[a](#here)"):
            self.assertEqual(len(self.problems_of(link)), 1, link)

    def test_a_picture_is_there_for_light_and_for_dark_pages(self):
        picture = '<picture>\n<source media="(x)" srcset="{}">\n<img alt="a" src="0041-why.md">\n</picture>'
        self.assertEqual(self.problems_of(picture.format("0041-why.md")), [])
        self.assertEqual(len(self.problems_of(picture.format("0041-dark.md"))), 1)
        self.assertEqual(len(self.problems_of('<img alt="a" src="0042-why.md">')), 1)

    def test_the_number_of_a_decision_is_that_of_its_file(self):
        for text in ("0041", "Decision\n0041", "the reason"):
            self.assertEqual(self.problems_of(f"[{text}](0041-why.md)"), [])
        self.assertEqual(len(self.problems_of("[decision 0040](0041-why.md)")), 1)


class Confinement(unittest.TestCase):
    PROGRAM = "/usr/libexec/a"
    CONTEXTS = "\n/usr/libexec/a\t--\tgen_context(x)\n"
    PROFILE = "\nprofile a /usr/libexec/a {\n  /usr/libexec/a mr,\n  include if exists <local/usr.libexec.a>\n}\n"

    def problems_with(self, contexts=CONTEXTS, profile=PROFILE):
        return confinement.check_program(self.PROGRAM, contexts, profile)

    def test_all_mean_one_program(self):
        self.assertEqual(self.problems_with(), [])
        self.assertEqual(len(self.problems_with(contexts="\n/usr/libexec/ab\t")), 1)
        self.assertEqual(len(self.problems_with(profile=self.PROFILE.replace("/a mr", "/b mr"))), 1)
        self.assertEqual(len(self.problems_with(profile=self.PROFILE.replace("/a {", "/b {"))), 1)
        self.assertEqual(len(self.problems_with(profile=self.PROFILE.replace("local", "x"))), 1)
        self.assertEqual(len(self.problems_with(profile="")), 2)

    def test_profiles_are_named_after_programs(self):
        self.assertEqual(confinement.name_of_profile(self.PROGRAM), "usr.libexec.a")

    @unittest.skipIf(confinement.PARSER is None, "no apparmor_parser")
    def test_profiles_are_compiled(self):
        self.assertEqual(confinement.compile_profile("profile a {\n  /etc/hosts r,\n}\n"), [])
        self.assertEqual(len(confinement.compile_profile("profile a {\n  /etc/hosts r\n}\n")), 1)


class NoDefault(unittest.TestCase):
    def test_default_is_found_where_it_matters(self):
        of_reason = "switch (r) {\n case Reason::kType: { f(); }\n default:\n return 1; }"
        of_other = "switch (r) { case 1: default: return 1; }"
        self.assertEqual(len(no_default.check_file("pam_jwt/a.cc", of_reason)), 1)
        self.assertEqual(no_default.check_file("pam_jwt/a.cc", of_other), [])
        self.assertEqual(len(no_default.check_file("lib/core/a.cc", of_other)), 1)
        in_comment = "switch (r) { case 1: /* default: */ f(); }"
        self.assertEqual(no_default.check_file("lib/core/a.cc", in_comment), [])
        self.assertEqual(no_default.check_file("lib/core/a.cc", "A() = default;"), [])


class OutParameters(unittest.TestCase):
    def problems_with(self, declaration, path="lib/io/x.h"):
        return out_parameters.check_file(path, declaration)

    def test_a_result_is_not_written_into_a_parameter(self):
        for declaration in (
            "Status Read(const std::string& path, std::string& out);",
            "Status Read(std::vector<std::pair<int, Foo>>& out);",
            "bool Take(std::string_view* rest = nullptr);",
            "void Json::Add(const Foo& foo,\n               Foo& other) const {",
            "Foo(Bar& bar, int a);",
            "void Each(const std::function<void(Foo&)>& visit);",
        ):
            self.assertEqual(len(self.problems_with(declaration)), 1, declaration)

    def test_what_is_read_or_moved_is_taken(self):
        for declaration in (
            "Status Read(const std::string& path, const Foo* foo);",
            "Status Read(const std::map<std::string, std::vector<Foo>>& foos, Foo foo);",
            "Foo(Foo&& other) noexcept;",
            "Foo& Find(std::string_view name);",
            "for (Foo& foo : Foos(a & b, c * d)) foo.Run();",
        ):
            self.assertEqual(self.problems_with(declaration), [], declaration)

    def test_what_acts_and_what_c_calls_is_taken(self):
        for declaration in (
            "int Show(const Foo& foo, std::ostream& out);",
            "Decision Decide(const Config& config, LoginHost& host, Trace* trace = nullptr);",
            "bool SetPadding(EVP_PKEY_CTX* ctx);",
            "size_t on_body(Foo* foo);",
        ):
            self.assertEqual(self.problems_with(declaration), [], declaration)

    def test_option_tables_write_into_their_struct(self):
        declaration = "Status ReadKey(const toml::node& value, Table& target) {"
        self.assertEqual(self.problems_with(declaration, "lib/core/config/parse.cc"), [])
        self.assertEqual(len(self.problems_with(declaration, "lib/core/config/check.cc")), 1)

    def test_problems_name_the_line(self):
        problems = self.problems_with("// Foo(Bar& bar)\n\nvoid Fill(Foo& foo);\n")
        self.assertEqual(problems, ["lib/io/x.h:3: Fill may write into its Foo&"])


class Rfc(unittest.TestCase):
    def test_citations_are_read_in_every_form(self):
        self.assertEqual(rfc.citations("RFC 7518 §6.2.2, §6.3.2 and §6.4.1, RFC 8037 §2."),
                         {("7518", "6.2.2"), ("7518", "6.3.2"), ("7518", "6.4.1"), ("8037", "2")})
        self.assertEqual(rfc.citations("RFC 7518 §3.3 to 3.5, RFC 8037 §3.1"),
                         {("7518", "3.3"), ("7518", "3.5"), ("8037", "3.1")})
        self.assertEqual(rfc.citations("RFC 7517"), set())

    def test_a_subsection_names_its_section(self):
        self.assertEqual(rfc.check({("7518", "6"): "a.h"}, {("7518", "6.2.1")}), [])
        self.assertEqual(len(rfc.check({("7518", "6"): "a.h"}, {("7518", "61"), ("7517", "6")})), 1)


class Words(unittest.TestCase):
    def problems_with(self, *lines):
        return words.check_contracts("a.h", "".join(f"  /// {line}\n" for line in lines) + "int a;\n")

    def test_a_contract_begins_with_a_verb_or_a_noun(self):
        for good in ("Returns `a`.", "A rule of a PAM file.", "Is true if the file exists.", "RFC 7515 §4."):
            self.assertEqual(self.problems_with(good), [])
        for bad in ("returns `a`.", "`a` as text.", "\"a\" is a name.", "What a file holds.", "Whoever asks.",
                    "May it ask?", "Is it ours? If not, nothing."):
            self.assertEqual(len(self.problems_with(bad)), 1, bad)

    def test_only_the_first_sentence_of_a_block_counts(self):
        self.assertEqual(self.problems_with("Returns the path", "what is asked. Is it there? It", "stays."), [])
        self.assertEqual(len(self.problems_with("Is it the path", "of a file?")), 1)
        self.assertEqual(words.check_contracts("a.h", "int a;  ///< what it is\n// what else\n"), [])

    def test_problems_name_the_line(self):
        problems = words.check_contracts("a.h", "#pragma once\n\n/// What it is.\nint a;\n")
        self.assertTrue(problems[0].startswith("a.h:3: "), problems)

    def test_puzzles_are_found_in_comments_and_documents(self):
        for text in ("// Whoever asks.\n", "a();  // these are none\n", "/// It is\n/// none.\n",
                     "int a;  ///< likewise\n"):
            self.assertEqual(len(words.check_puzzles("a.cc", words.comments(text))), 1, text)
        for text in ('a("whoever");\n', "// Nonetheless, if there is none, make one.\n", '// Do not write "whoever".\n'):
            self.assertEqual(words.check_puzzles("a.cc", words.comments(text)), [], text)
        self.assertEqual(len(words.check_document("a.md", "# A\n\nThese\nare\nnone.\n")), 1)

    def test_headers_have_comments(self):
        bare = "#pragma once\n" + "int a();\n" * 11
        commented = bare + "/// Returns 1.\n" * 5
        self.assertEqual(words.check_headers([("a.h", commented)]), [])
        self.assertEqual(len(words.check_headers([("a.h", commented + "int b;\n" * 9)])), 1)
        self.assertEqual(len(words.check_headers([("a.h", bare), ("b.h", "/// Returns 1.\n" * 20)])), 1)
        self.assertEqual(words.check_headers([("a.h", "int a();\n" * 10), ("b.h", "/// Returns 1.\n" * 20)]), [])

    def test_documents_have_short_lines(self):
        self.assertEqual(words.check_document("a.md", "x" * 120), [])
        self.assertEqual(len(words.check_document("a.md", "x" * 121)), 1)
        self.assertEqual(len(words.check_document("a.md", "§" * 61)), 1)
        self.assertEqual(words.check_document("README.md", "x\n" * 240), [])
        self.assertEqual(len(words.check_document("README.md", "x\n" * 241)), 1)
        self.assertEqual(words.check_document("b.md", "x\n" * 241), [])


class SourceFiles(unittest.TestCase):
    def test_comments_and_strings_are_blanked(self):
        text = 'a; // x\nb("y\\"y"); /* z\nz */ c(R"(w")");'
        blanked = without_comments_and_strings(text)
        self.assertEqual(blanked.count("\n"), text.count("\n"))
        for letter in "xyzw":
            self.assertNotIn(letter, blanked)


if __name__ == "__main__":
    unittest.main()
