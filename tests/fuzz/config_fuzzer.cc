#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/config/config.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Splits the text into files at form feeds, which TOML does not allow.
std::vector<ConfigText> SplitFiles(std::string_view text) {
  std::vector<ConfigText> files;
  while (true) {
    const std::size_t end = text.find('\f');
    files.push_back({"file" + std::to_string(files.size()), std::string(text.substr(0, end))});
    if (end == std::string_view::npos) return files;
    text.remove_prefix(end + 1);
  }
}

void CheckError(const Error& error) {
  Require(error.reason == Reason::kConfigInvalid, "an error is one of the configuration");
  Require(error.rule.given(), "an error has a line");
  const std::string where =
      "file" + std::to_string(error.rule.file) + ":" + std::to_string(error.rule.line) + ": ";
  Require(error.detail.starts_with(where), "an error says where it is");
}

/// Checks that all errors were found if and only if the files are refused.
void CheckErrors(const std::vector<ConfigText>& files, bool is_refused) {
  const std::vector<Error> errors = FindConfigErrors(files);
  Require(errors.empty() == !is_refused, "files with errors are refused");
  Require(errors.size() <= kMaxConfigErrors, "errors are bounded");
  for (const Error& error : errors) {
    CheckError(error);
  }
  const auto is_before = [](const Error& a, const Error& b) {
    return std::pair(a.rule.file, a.rule.line) < std::pair(b.rule.file, b.rule.line);
  };
  Require(std::is_sorted(errors.begin(), errors.end(), is_before), "errors are in order");
}

void CheckCondition(const Condition& condition) {
  Require(condition.split.empty() || !condition.claim.names_members(), "names are not split");
  Require(condition.split.find_first_of("abzAZ019") == std::string::npos,
          "a separator is none of a name");
}

void CheckRule(const AccountRule& rule, AccountNames names) {
  const std::string text = rule.name.text();
  Require(rule.names == names, "a rule has the names of its issuer");
  Require(!rule.map_file.empty() || rule.name.has_star() || IsOneOf(names, text),
          "a literal name is one of an account");
  Require(names == AccountNames::kAny || rule.name.has_star() || !rule.map_file.empty() ||
              IsAccountName(text),
          "a literal name is one of POSIX by default");
  Require(rule.split.empty() || !rule.claim.names_members(), "names are not split");
  for (const Condition& condition : rule.require) CheckCondition(condition);
}

void CheckPolicy(const ServicePolicy& policy, const Issuer& issuer) {
  Require(!policy.claims.audiences->empty(), "a policy has audiences");
  Require(!policy.accounts.empty(), "a policy has account rules");
  Require(policy.claims.require.size() >= issuer.require->size(), "services add conditions");
  Require(*policy.claims.one_time || !*issuer.one_time, "services do not loosen one_time");
  for (const Condition& condition : policy.claims.require) CheckCondition(condition);
  for (const std::string& audience : *policy.claims.audiences) {
    Require(!audience.empty(), "an audience has text");
  }
  for (const AccountRule& rule : policy.accounts) {
    Require(rule.name.has_star() || !rule.require.empty() || !rule.pattern.is_bare_star(),
            "a literal account is not for everybody");
    CheckRule(rule, *issuer.account_names);
  }
}

void CheckIssuer(const Issuer& issuer) {
  Require(!issuer.url->empty() && issuer.url.given(), "an issuer has a url");
  Require(issuer.policies.size() <= issuer.services->size() && !issuer.policies.empty(),
          "an issuer has a policy for each service");
  for (const std::string& use : *issuer.key_use) {
    Require(!use.empty() && use != "enc", "a use is not encryption");
  }
  for (const Algorithm algorithm : *issuer.algorithms) {
    const bool is_hmac = Info(algorithm).scheme == Scheme::kHmac;
    Require(is_hmac == issuer.secret_file.given(), "HMAC if and only if there is a secret");
  }
  for (const auto& [service, policy] : issuer.policies) {
    CheckPolicy(policy, issuer);
  }
}

void Check(std::string_view text) {
  const std::vector<ConfigText> files = SplitFiles(text);
  Result<Config> config = ParseConfig(files);
  CheckErrors(files, !config.ok());
  if (!config.ok()) {
    CheckError(config.error());
    return;
  }
  for (const Issuer& issuer : config.value().issuers) {
    CheckIssuer(issuer);
  }
  const bool needs_host = config.value().NeedsHost();
  Require(FillInHost(config.value(), "").ok() == !needs_host, "a host is needed for %h alone");
  Require(FillInHost(config.value(), "host.example").ok(), "a host name fills in %h");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
