#include "core/config/options.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/account_rule.h"
#include "support/config_text.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::OptionValues;
using test::WriteConfig;
using test::WrittenConfig;

constexpr std::string_view kService = "issuer.NAME.service.SERVICE.";

/// A value for each option that is not its default.
const OptionValues& OtherValues() {
  static const OptionValues kValues = {
      {"login.host", R"("host.example")"},
      {"login.leeway", R"("90s")"},
      {"login.min_uid", "500"},
      {"login.max_token_bytes", "4096"},
      {"login.refusal_delay", R"("2s")"},
      {"keys.refresh_min", R"("10m")"},
      {"keys.refresh_max", R"("2h")"},
      {"keys.max_stale", R"("48h")"},
      {"keys.cooldown", R"("1m")"},
      {"keys.file", R"("/srv/keys.jsonl")"},
      {"keys.public_socket", R"("/srv/public")"},
      {"keys.redeem_socket", R"("/srv/redeem")"},
      {"keys.metrics_file", R"("/srv/metrics")"},
      {"store.url", R"("rediss://store.example")"},
      {"store.password_file", R"("/etc/password")"},
      {"session.end_with_token", "true"},
      {"session.record", "true"},
      {"session.end_denied", "true"},
      {"session.export", R"({ SSO_SUBJECT = "sub" })"},
      {"denylist.url", R"("https://ops.example/denied.jwt")"},
      {"denylist.keys", R"("/etc/pam_jwt/fleet.json")"},
      {"denylist.refresh", R"("10s")"},
      {"denylist.stale", R"("deny")"},
      {"denylist.ca_file", R"("/etc/fleet-ca.pem")"},
      {"denylist.proxy", R"("http://svc@proxy.example:3128")"},
      {"denylist.proxy_password_file", R"("/etc/proxy-password")"},
      {"denylist.metrics_file", R"("/srv/denylist.prom")"},
      {"service.SERVICE.refusal_delay", R"("3s")"},
      {"service.SERVICE.parts", "true"},
      {"issuer.NAME.url", R"("https://other.example")"},
      {"issuer.NAME.audiences", R"(["ssh://%h", "fleet"])"},
      {"issuer.NAME.bound_audiences", R"(["ssh-client", "x://%h"])"},
      {"issuer.NAME.audience_claim", R"("azp")"},
      {"issuer.NAME.services", R"(["SERVICE", "sudo"])"},
      {"issuer.NAME.algorithms", R"(["ES256", "RS512"])"},
      {"issuer.NAME.token_types", R"(["JWT"])"},
      {"issuer.NAME.max_token_age", R"("1h")"},
      {"issuer.NAME.max_auth_age", R"("12h")"},
      {"issuer.NAME.max_bound_age", R"("30m")"},
      {"issuer.NAME.max_binding_age", R"("8h")"},
      {"issuer.NAME.key_options", R"("restrict,pty")"},
      {"issuer.NAME.one_time", "true"},
      {"issuer.NAME.require_sub", "false"},
      {"issuer.NAME.account_names", R"("any")"},
      {"issuer.NAME.require", R"([{ claim = "a", any_of = [true] }])"},
      {"issuer.NAME.metadata_url", R"("https://other.example/metadata")"},
      {"issuer.NAME.jwks_uri", R"("https://other.example/jwks")"},
      {"issuer.NAME.jwks_file", R"("/etc/jwks.json")"},
      {"issuer.NAME.secret_file", R"("/etc/secret")"},
      {"issuer.NAME.key_use", R"(["sig", "jwt-svid"])"},
      {"issuer.NAME.thumbprints", R"(["NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"])"},
      {"issuer.NAME.ca_file", R"("/etc/ca.pem")"},
      {"issuer.NAME.bearer_token_file", R"("/etc/token")"},
      {"issuer.NAME.proxy", R"("http://svc@proxy.example:3128")"},
      {"issuer.NAME.proxy_password_file", R"("/etc/proxy-password")"},
      {"issuer.NAME.timeout", R"("5s")"},
      {"issuer.NAME.account.claim", R"("email")"},
      {"issuer.NAME.account.split", R"(",;")"},
      {"issuer.NAME.account.pattern", R"("*@example.com")"},
      {"issuer.NAME.account.name", R"("x-*")"},
      {"issuer.NAME.account.lowercase", "true"},
      {"issuer.NAME.account.except", R"(["ubuntu", "admin"])"},
      {"issuer.NAME.account.require", R"([{ claim = "b", all_of = ["x*", 1] }])"},
      {"issuer.NAME.account.key_options", R"("restrict")"},
      {"issuer.NAME.account.map_file", R"("/etc/map")"},
      {std::string(kService) + "max_token_age", R"("30m")"},
      {std::string(kService) + "max_auth_age", R"("5m")"},
      {std::string(kService) + "one_time", "true"},
      {std::string(kService) + "require", R"([{ claim = "c", any_of = ["gold"] }])"},
      {std::string(kService) + "audiences", R"(["sudo://%h"])"},
      {std::string(kService) + "local_account", "false"},
      {std::string(kService) + "account.claim", R"("login")"},
      {std::string(kService) + "account.split", R"("|")"},
      {std::string(kService) + "account.pattern", R"("a*")"},
      {std::string(kService) + "account.name", R"("*-a")"},
      {std::string(kService) + "account.lowercase", "true"},
      {std::string(kService) + "account.except", R"(["root"])"},
      {std::string(kService) + "account.require", R"([{ claim = "d", any_of = [false] }])"},
      {std::string(kService) + "account.key_options", R"("restrict,no-pty")"},
      {std::string(kService) + "account.map_file", R"("/etc/other-map")"},
  };
  return kValues;
}

bool IsAccountOption(const std::string& name) {
  return name.find(".account.") != std::string::npos;
}

/// Returns the shortest text that can give the option `name`, with the option.
OptionValues Around(const std::string& name, const std::string& value) {
  OptionValues values = test::LeastOptions();
  if (name.starts_with("issuer.NAME.service.")) {
    values["issuer.NAME.services"] = R"(["SERVICE"])";
  }
  if (name == "issuer.NAME.require_sub") {
    values["issuer.NAME.account.claim"] = R"("email")";
  }
  if (name == "issuer.NAME.proxy_password_file") {
    values["issuer.NAME.proxy"] = R"("http://svc@proxy.example")";
  }
  if (name == "session.end_denied") values["session.record"] = "true";
  if (name.starts_with("denylist.")) {
    values["denylist.url"] = R"("https://ops.example/denied.jwt")";
    values["denylist.keys"] = R"("/etc/pam_jwt/fleet.json")";
    values["denylist.proxy"] = R"("http://svc@proxy.example")";
  }
  if (name == "issuer.NAME.max_bound_age" || name == "issuer.NAME.max_binding_age") {
    values["issuer.NAME.bound_audiences"] = R"(["ssh-client"])";
    values["issuer.NAME.max_token_age"] = R"("0s")";
  }
  values[name] = value;
  return values;
}

/// The options that exclude one another. In each case only one of them is kept in `values`.
OptionValues With(OptionValues values, const std::string& one) {
  const OptionValues whole = values;
  for (const char* const name :
       {"issuer.NAME.metadata_url", "issuer.NAME.jwks_uri", "issuer.NAME.jwks_file",
        "issuer.NAME.secret_file", "issuer.NAME.account.map_file",
        "issuer.NAME.service.SERVICE.account.map_file"}) {
    values.erase(name);
  }
  values[one] = whole.at(one);
  if (one == "issuer.NAME.secret_file") {
    values["issuer.NAME.algorithms"] = R"(["HS256"])";
    values.erase("issuer.NAME.thumbprints");
    values.erase("issuer.NAME.key_use");
    for (const char* const bound : {"bound_audiences", "max_bound_age", "max_binding_age"}) {
      values.erase(std::string("issuer.NAME.") + bound);
    }
  }
  if (one.ends_with("map_file")) {
    values.erase(one.substr(0, one.size() - 8) + "pattern");
    values.erase(one.substr(0, one.size() - 8) + "name");
  }
  return values;
}

/// Notes the values in `table` of the options that were written.
template <typename Table>
void ExpectArrived(const Table& table, const std::string& prefix, const OptionValues& values,
                   const WrittenConfig& written, std::set<std::string>& seen) {
  for (const Option<Table>& option : OptionsOf(table)) {
    const std::string name = prefix + std::string(option.key);
    const auto value = values.find(name);
    if (value == values.end()) continue;
    EXPECT_EQ(option.at(table).line, written.lines.at(name)) << name;
    const std::string shown = option.show(table);
    if (option.key != "require" && option.key != "export") {
      EXPECT_EQ(shown, value->second) << name;
    }
    seen.insert(name);
  }
}

std::string ShowConditions(const std::vector<Condition>& conditions) {
  std::string out;
  for (const Condition& condition : conditions) {
    out += "[" + Show(condition) + "]";
  }
  return out;
}

/// Returns the rule that each key of an account rule makes.
const std::map<std::string, std::function<std::string(const AccountRule&)>>& AccountValues() {
  static const std::map<std::string, std::function<std::string(const AccountRule&)>> kShow = {
      {"claim", [](const AccountRule& rule) { return ShowValue(rule.claim.text()); }},
      {"split", [](const AccountRule& rule) { return ShowValue(rule.split); }},
      {"pattern", [](const AccountRule& rule) { return ShowValue(rule.pattern.text()); }},
      {"name", [](const AccountRule& rule) { return ShowValue(rule.name.text()); }},
      {"lowercase", [](const AccountRule& rule) { return ShowValue(rule.lowercase); }},
      {"except", [](const AccountRule& rule) { return ShowValue(rule.except); }},
      {"require", [](const AccountRule& rule) { return ShowConditions(rule.require); }},
      {"key_options", [](const AccountRule& rule) { return ShowValue(rule.key_options); }},
      {"map_file", [](const AccountRule& rule) { return ShowValue(rule.map_file); }},
  };
  return kShow;
}

void ExpectAccountArrived(const AccountRule& rule, const std::string& prefix,
                          const OptionValues& values, std::set<std::string>& seen) {
  for (const OptionDescription& option : DescribeAccountOptions()) {
    const auto value = values.find(prefix + option.name);
    if (value == values.end()) continue;
    const std::string shown = AccountValues().at(option.name)(rule);
    if (option.name == "require") {
      EXPECT_FALSE(shown.empty()) << prefix;
    } else {
      EXPECT_EQ(shown, value->second) << prefix << option.name;
    }
    seen.insert(prefix + option.name);
  }
}

/// Writes `values`, reads them, and notes what arrived.
void ExpectAllArrived(const OptionValues& values, std::set<std::string>& seen) {
  const WrittenConfig written = WriteConfig(values);
  const Result<Config> config = test::ParseText(written.text);
  ASSERT_TRUE(test::Accepted(config)) << written.text;
  ExpectArrived(config.value().login, "login.", values, written, seen);
  ExpectArrived(config.value().keys, "keys.", values, written, seen);
  ExpectArrived(config.value().store, "store.", values, written, seen);
  ExpectArrived(config.value().session, "session.", values, written, seen);
  ExpectArrived(config.value().denylist, "denylist.", values, written, seen);
  ExpectArrived(config.value().prompts.at("SERVICE"), "service.SERVICE.", values, written, seen);
  const Issuer& issuer = config.value().issuers.front();
  ExpectArrived(issuer, "issuer.NAME.", values, written, seen);
  ExpectAccountArrived(issuer.accounts.front(), "issuer.NAME.account.", values, seen);
  const ServiceOptions& service = issuer.service_options.at("SERVICE");
  ExpectArrived(service, std::string(kService), values, written, seen);
  ExpectAccountArrived(service.accounts.front(), std::string(kService) + "account.", values, seen);
}

TEST(DescribeOptions, NamesEachOptionOnceAndEachHasAValueInTheseTests) {
  std::set<std::string> names;
  for (const OptionDescription& option : DescribeOptions()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    ASSERT_TRUE(OtherValues().contains(option.name)) << option.name;
    EXPECT_NE(OtherValues().at(option.name), option.default_text) << option.name;
  }
  EXPECT_EQ(names.size(), OtherValues().size());
}

TEST(ParseConfig, BringsEveryOptionToItsPlace) {
  std::set<std::string> seen;
  for (const char* const source :
       {"issuer.NAME.metadata_url", "issuer.NAME.jwks_uri", "issuer.NAME.jwks_file",
        "issuer.NAME.secret_file", "issuer.NAME.account.map_file",
        "issuer.NAME.service.SERVICE.account.map_file"}) {
    ExpectAllArrived(With(OtherValues(), source), seen);
  }
  for (const OptionDescription& option : DescribeOptions()) {
    EXPECT_TRUE(seen.contains(option.name)) << option.name;
  }
}

TEST(ParseConfig, BringsConditionsToTheirPlaces) {
  const Config config =
      test::ConfigOf(WriteConfig(With(OtherValues(), "issuer.NAME.jwks_file")).text);
  const Issuer& issuer = config.issuers.front();
  EXPECT_EQ(ShowConditions(*issuer.require), "[a any_of [true]]");
  EXPECT_EQ(ShowConditions(issuer.accounts.front().require), R"([b all_of ["x*", 1]])");
  const ServiceOptions& service = issuer.service_options.at("SERVICE");
  EXPECT_EQ(ShowConditions(*service.require), R"([c any_of ["gold"]])");
  EXPECT_EQ(ShowConditions(service.accounts.front().require), "[d any_of [false]]");
}

TEST(DescribeOptions, GivesDefaultsThatMayBeWrittenDown) {
  for (const OptionDescription& option : DescribeOptions()) {
    if (option.default_text.empty()) continue;
    const std::string text = WriteConfig(Around(option.name, option.default_text)).text;
    EXPECT_TRUE(test::Accepted(test::ParseText(text))) << text;
  }
}

TEST(ParseConfig, BringsExportToItsPlace) {
  const Config config = test::ConfigOf(
      WriteConfig(Around("session.export", R"({ SSO_A = "sub", JWT_B = "/c/d" })")).text);
  const std::map<std::string, std::string> expected = {{"SSO_A", "sub"}, {"JWT_B", "/c/d"}};
  EXPECT_EQ(*config.session.exports, expected);
}

class EveryOptionTest : public testing::TestWithParam<OptionDescription> {
 protected:
  /// Checks that each of `values` is refused, with file, line and the full name of the option.
  void ExpectRefused(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      const WrittenConfig written = WriteConfig(Around(name_, value));
      const std::uint32_t line = written.lines.at(name_);
      const Result<Config> config = test::ParseText(written.text);
      EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, line, config)) << written.text;
      const std::string where = "pam_jwt.toml:" + std::to_string(line) + ": ";
      EXPECT_TRUE(test::DetailOf(config).starts_with(where)) << test::DetailOf(config);
      const std::string key = test::SplitOptionName(name_).second;
      EXPECT_NE(test::DetailOf(config).find(key), std::string::npos) << test::DetailOf(config);
    }
  }

  [[nodiscard]] bool IsDuration() const {
    constexpr std::string_view kUnits = "smhd";
    return value_[0] == '"' && value_[1] >= '0' && value_[1] <= '9' &&
           kUnits.find(value_[value_.size() - 2]) != std::string_view::npos;
  }

  const std::string name_ = GetParam().name;
  const std::string value_ = OtherValues().at(name_);
};

TEST_P(EveryOptionTest, RefusesAValueOfAnotherType) {
  ExpectRefused({"1.5", "2027-01-15", "nan", "{ x = 1 }", "[[1]]"});
  if (value_ != "true" && value_ != "false") {
    ExpectRefused({"true"});
  }
  if (value_[0] < '0' || value_[0] > '9') {
    ExpectRefused({"1"});
  }
  const bool is_text = value_[0] == '"' && !IsDuration();
  if (!is_text) {
    ExpectRefused({R"("text")"});
  }
}

TEST_P(EveryOptionTest, RefusesAnEmptyListAndAListOfAWrongType) {
  ExpectRefused({"[]", "[1.5]", "[[]]"});
  if (!value_.starts_with("[\"")) {
    ExpectRefused({R"(["text"])"});
  }
  if (value_.starts_with("[")) {
    ExpectRefused({R"([""])", "[1]", "[{}]"});
  }
}

TEST_P(EveryOptionTest, RefusesATextThatIsNoSpanOfTime) {
  if (!IsDuration()) return;
  ExpectRefused({R"("")", R"("5")", R"("s")", R"("5x")", R"("5S")", R"("-5s")", R"("+5s")",
                 R"("1.5s")", R"("1h30m")", R"(" 5s")", R"("5 s")", R"("5s ")", R"("5ms")",
                 R"("0x5s")", R"("99999999999999999999s")", R"("9223372036854775807d")",
                 R"("36500d")"});
}

TEST_P(EveryOptionTest, RefusesTextWithANul) {
  if (value_[0] != '"' && !value_.starts_with("[\"")) return;
  const bool is_list = value_[0] == '[';
  ExpectRefused({is_list ? R"(["/a\u0000b"])" : R"("/a\u0000b")"});
}

TEST_P(EveryOptionTest, RefusesToBeGivenTwiceInATable) {
  WrittenConfig written = WriteConfig(Around(name_, value_));
  const std::uint32_t line = written.lines.at(name_);
  const std::string key_line = test::SplitOptionName(name_).second + " = " + value_ + "\n";
  written.text.insert(written.text.find(key_line), key_line);
  const Result<Config> config = test::ParseText(written.text);
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, line + 1, config)) << written.text;
  EXPECT_TRUE(test::DetailOf(config).starts_with("pam_jwt.toml:" + std::to_string(line + 1)))
      << test::DetailOf(config);
}

TEST_P(EveryOptionTest, RefusesToBeGivenAgainInAnotherFile) {
  if (IsAccountOption(name_)) return;  // a rule of its own
  const WrittenConfig written = WriteConfig(Around(name_, value_));
  const auto [table, key] = test::SplitOptionName(name_);
  const Result<Config> config =
      ParseConfig({{"pam_jwt.toml", written.text},
                   {"conf.d/b.toml", "\n\n[" + table + "]\n" + key + " = " + value_ + "\n"}});
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, 4, config));
  EXPECT_EQ(test::DetailOf(config), "conf.d/b.toml:4: " + name_ + ": is given twice");
}

TEST_P(EveryOptionTest, RefusesAnotherSpellingOfTheName) {
  const std::string wrong = name_ + "x";
  const WrittenConfig written = WriteConfig(Around(wrong, value_));
  const Result<Config> config = test::ParseText(written.text);
  EXPECT_TRUE(test::RefusedAt(Reason::kConfigInvalid, written.lines.at(wrong), config));
  EXPECT_NE(test::DetailOf(config).find("not known"), std::string::npos) << written.text;
}

INSTANTIATE_TEST_SUITE_P(Options, EveryOptionTest, testing::ValuesIn(DescribeOptions()),
                         [](const auto& test_info) {
                           std::string name = test_info.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

struct BoundsCase {
  const char* option;
  const char* below;  // nullptr: there is nothing below
  const char* least;
  const char* most;
  const char* above;
};

constexpr BoundsCase kBounds[] = {
    {"login.leeway", nullptr, R"("0s")", R"("5m")", R"("301s")"},
    {"login.min_uid", "-1", "0", "4294967295", "4294967296"},
    {"login.max_token_bytes", "255", "256", "65536", "65537"},
    {"login.refusal_delay", nullptr, R"("0s")", R"("30s")", R"("31s")"},
    {"keys.refresh_min", R"("0s")", R"("1s")", R"("1d")", R"("86401s")"},
    {"keys.refresh_max", R"("0s")", R"("1s")", R"("30d")", R"("721h")"},
    {"keys.max_stale", R"("59s")", R"("60s")", R"("3650d")", R"("3651d")"},
    {"keys.cooldown", R"("0s")", R"("1s")", R"("1h")", R"("3601s")"},
    {"denylist.refresh", R"("4s")", R"("5s")", R"("1d")", R"("86401s")"},
    {"service.SERVICE.refusal_delay", nullptr, R"("0s")", R"("30s")", R"("31s")"},
    {"issuer.NAME.max_token_age", nullptr, R"("0s")", R"("3650d")", R"("3651d")"},
    {"issuer.NAME.max_auth_age", nullptr, R"("0s")", R"("3650d")", R"("3651d")"},
    {"issuer.NAME.max_bound_age", nullptr, R"("0s")", R"("3650d")", R"("3651d")"},
    {"issuer.NAME.max_binding_age", R"("0s")", R"("1s")", R"("3650d")", R"("3651d")"},
    {"issuer.NAME.timeout", R"("0s")", R"("1s")", R"("1m")", R"("61s")"},
    {"issuer.NAME.service.SERVICE.max_token_age", nullptr, R"("1s")", R"("24h")", R"("3651d")"},
    {"issuer.NAME.service.SERVICE.max_auth_age", nullptr, R"("0s")", R"("3650d")", R"("3651d")"},
};

class BoundsTest : public testing::TestWithParam<BoundsCase> {
 protected:
  static Result<Config> Parse(const char* value) {
    OptionValues values = Around(GetParam().option, value);
    // These two are compared with one another.
    if (std::string(GetParam().option) == "keys.refresh_min") {
      values["keys.refresh_max"] = R"("30d")";
    }
    if (std::string(GetParam().option) == "keys.refresh_max") {
      values["keys.refresh_min"] = R"("1s")";
    }
    return test::ParseText(WriteConfig(values).text);
  }
};

TEST_P(BoundsTest, TakesTheBoundsAndRefusesWhatIsBeyondThem) {
  EXPECT_TRUE(test::Accepted(Parse(GetParam().least)));
  EXPECT_TRUE(test::Accepted(Parse(GetParam().most)));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse(GetParam().above)));
  if (GetParam().below != nullptr) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse(GetParam().below)));
  }
}

INSTANTIATE_TEST_SUITE_P(Options, BoundsTest, testing::ValuesIn(kBounds),
                         [](const auto& test_info) {
                           std::string name = test_info.param.option;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(Options, TheTableOfBoundsHasEveryNumberAndSpanOfTime) {
  std::set<std::string> tested;
  for (const BoundsCase& bounds : kBounds) {
    tested.insert(bounds.option);
  }
  for (const auto& [name, value] : OtherValues()) {
    const bool is_number = value.find_first_of("0123456789") == (value[0] == '"' ? 1U : 0U);
    EXPECT_EQ(tested.contains(name), is_number) << name;
  }
}

TEST(Options, ATextMayBeEmptyOnlyWhereThatMeansSomething) {
  const std::set<std::string> may_be_empty = {"login.host", "store.password_file",
                                              "issuer.NAME.account.pattern",
                                              "issuer.NAME.service.SERVICE.account.pattern"};
  for (const auto& [name, value] : OtherValues()) {
    if (value[0] != '"') continue;
    OptionValues values = Around(name, R"("")");
    if (name.ends_with("account.pattern")) {
      values[name.substr(0, name.size() - 7) + "name"] = R"("deploy")";
    }
    const auto refusal =
        may_be_empty.contains(name) ? std::nullopt : std::optional(Reason::kConfigInvalid);
    EXPECT_TRUE(test::EndsIn(refusal, test::ParseText(WriteConfig(values).text))) << name;
  }
}

struct DurationCase {
  const char* text;
  std::int64_t seconds;
};

TEST(Options, ReadsSpansOfTimeInEachUnit) {
  for (const DurationCase& duration : {DurationCase{"90s", 90},
                                       {"3m", 180},
                                       {"2h", 7200},
                                       {"7d", 604800},
                                       {"007s", 7},
                                       {"0d", 0}}) {
    const std::string text =
        test::InIssuer("max_auth_age = \"" + std::string(duration.text) + "\"\n");
    const Result<Config> config = test::ParseText(text);
    ASSERT_TRUE(test::Accepted(config)) << duration.text;
    EXPECT_EQ(config.value().issuers.front().max_auth_age->count, duration.seconds);
  }
}

TEST(ShowValue, GivesSpansOfTimeInTheLargestUnitUpToHours) {
  EXPECT_EQ(ShowValue(Seconds{0}), R"("0s")");
  EXPECT_EQ(ShowValue(Seconds{59}), R"("59s")");
  EXPECT_EQ(ShowValue(Seconds{60}), R"("1m")");
  EXPECT_EQ(ShowValue(Seconds{3600}), R"("1h")");
  EXPECT_EQ(ShowValue(Seconds{3660}), R"("61m")");
  EXPECT_EQ(ShowValue(Seconds{172800}), R"("48h")");
}

}  // namespace
}  // namespace pamjwt
