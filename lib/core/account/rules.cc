#include "core/account/rules.h"

#include <utility>

#include "core/account/account_name.h"
#include "core/account/rule_matcher.h"
#include "core/json/json.h"
#include "core/ssh/key_options.h"

namespace pamjwt {
namespace {

/// Formats the conditions of a rule that gives the account.
std::string ShowMet(const AccountRule& rule) {
  std::string out;
  for (const Condition& condition : rule.require) {
    out += ", with " + Show(condition);
  }
  return out;
}

/// Formats what one rule gives to these claims, for a message that no rule gives the account.
std::string ShowGiven(const AccountRule& rule, const Claims& claims) {
  if (!rule.NamesLiterally() && IsOwnClient(rule, claims)) {
    return "nothing for a program's own token (sub is its client_id or azp)";
  }
  std::string out;
  for (const std::string& claim : ComparedTexts(rule, claims)) {
    const std::optional<std::string_view> star = rule.pattern.Match(claim);
    out += (out.empty() ? "" : ", ") + rule.claim.text() + " " + QuoteJson(claim);
    if (!rule.map_file.empty()) {
      out += " has no line with this account in " + rule.map_file;
    } else if (star.has_value()) {
      out += " gives " + QuoteJson(rule.name.Fill(*star));
    } else {
      out += " does not fit " + QuoteJson(rule.pattern.text());
    }
  }
  if (!out.empty()) return out;
  if (!claims.Values(rule.claim).has_value()) return "no claim " + rule.claim.text();
  const std::string why = claims.WhyNoValues(rule.claim);
  return "claim " + rule.claim.text() + " " + (why.empty() ? "has no text" : why);
}

/// Formats why the name itself may be the reason that no rule gives the account, if it may be.
std::string ShowNameIfOdd(std::string_view login) {
  const std::string why = WhyNoAccountName(login);
  if (why.empty()) return "";
  const std::string_view where =
      IsAnyAccountName(login) ? "; with account_names = \"any\", a literal name or a map file "
                                "may give it, but no name that is made from a claim"
                              : "; no rule may give it";
  return ": the name " + why + std::string(where);
}

/// Formats what each rule gives, up to a length that can be read.
std::string ShowAllGiven(const std::vector<AccountRule>& rules, const Claims& claims,
                         std::string_view login) {
  constexpr std::size_t kEnoughBytes = 1000;
  std::string out = ShowNameIfOdd(login);
  for (const AccountRule& rule : rules) {
    if (!rule.MayName(login)) continue;  // the name is the reason
    if (out.size() > kEnoughBytes) return out + "; ...";
    out += (out.empty() ? ": " : "; ") + ShowGiven(rule, claims);
    if (IsExcepted(rule, login)) {
      out += ", but the rule has it in except";
    }
  }
  return out;
}

/// The reason why no rule gives the account: the condition that did not hold, if there was one.
struct UnmetCondition {
  std::optional<Error> error;

  void Keep(Error condition) {
    const bool is_new = !error.has_value() || condition.reason == Reason::kOverage;
    if (is_new) {
      error = std::move(condition);
    }
  }

  [[nodiscard]] Error ToError(std::string_view login) const {
    std::string detail = "no rule gives the account " + QuoteJson(login);
    if (!error.has_value()) return {Reason::kAccountNotAllowed, std::move(detail)};
    const bool is_own = error->reason == Reason::kOverage || error->reason == Reason::kDelegated;
    return {is_own ? error->reason : Reason::kAccountNotAllowed, detail + ": " + error->detail,
            error->rule};
  }
};

std::string ShowAccount(const std::optional<SystemAccount>& account) {
  return account.has_value() ? "uid " + std::to_string(account->uid) : "no account of this host";
}

bool IsSystemAccount(const SystemAccount& account, const AccountPolicy& policy) {
  return account.uid < policy.min_uid || account.uid == kNobodyUid;
}

Status CheckAccount(const std::optional<SystemAccount>& account, const GivenBy& given,
                    const AccountPolicy& policy, std::string_view login) {
  const Origin rule = given.rule().at;
  const bool exists = account.has_value() && account->name == login;
  if (!exists && policy.local_account) {
    return Error{Reason::kAccountUnknown, "no account " + QuoteJson(login) + " on this host", rule};
  }
  // NSS may find the account under another spelling of its name, and then opens it all the same.
  if (account.has_value() && given.literal == nullptr && IsSystemAccount(*account, policy)) {
    return Error{Reason::kAccountNotAllowed,
                 "uid " + std::to_string(account->uid) + " is below min_uid " +
                     std::to_string(policy.min_uid) +
                     " or nobody: only a rule that names the account may give it",
                 rule};
  }
  return Ok();
}

}  // namespace

Result<GivenBy> FindRules(const Claims& claims, const std::vector<AccountRule>& rules,
                          std::string_view login, const MapFileReader& read_map, bool tell_why) {
  GivenBy given;
  UnmetCondition unmet;
  RuleMatcher matcher(claims, rules, login, read_map, tell_why);
  for (const AccountRule& rule : rules) {
    const AccountRule*& slot = rule.NamesLiterally() ? given.literal : given.star;
    // A further rule counts only if it may make the options stricter.
    const bool is_further = slot != nullptr;
    if (is_further && rule.key_options.text.empty()) continue;
    Result<std::optional<std::string>> match = matcher.Match(rule);
    if (!match.ok()) return std::move(match).error();
    if (!match.value().has_value()) continue;
    Status conditions = CheckRest(rule, claims);
    if (!conditions.ok()) {
      unmet.Keep(std::move(conditions).error());
      continue;
    }
    given.key_options = StrictestKeyOptions(given.key_options, rule.key_options.text);
    if (is_further) continue;
    slot = &rule;
    if (tell_why) given.why += (given.why.empty() ? "" : "; ") + *match.value() + ShowMet(rule);
  }
  if (given.any()) return given;

  Error error = unmet.ToError(login);
  if (!unmet.error.has_value()) {
    error.detail += ShowAllGiven(rules, claims, login);
  }
  return error;
}

Result<LocalAccount> LocalAccount::Admit(const AcceptedClaims& accepted,
                                         const AccountPolicy& policy, std::string_view login,
                                         const AccountSources& sources, Trace* trace) {
  Result<GivenBy> given =
      FindRules(accepted.claims(), *policy.rules, login, sources.read_map, trace != nullptr);
  Origin rule;
  if (given.ok()) {
    rule = given.value().rule().at;
  }
  given = Traced(trace, "account rule", rule, std::move(given),
                 [](const GivenBy& by) { return by.why; });
  if (!given.ok()) return std::move(given).error();

  Result<std::optional<SystemAccount>> account = sources.find(login);
  Status exists = Traced(
      trace, "account", rule,
      account.ok() ? CheckAccount(account.value(), given.value(), policy, login) : account.error(),
      [&](auto) { return ShowAccount(account.value()); });
  if (!exists.ok()) return std::move(exists).error();
  return LocalAccount(login, std::move(given).value());
}

}  // namespace pamjwt
