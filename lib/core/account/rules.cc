#include "core/account/rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/account/account_name.h"
#include "core/base/ascii.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

/// Returns the values that the rule reads, or no values if the claim is absent.
std::vector<ClaimValue> ValuesFor(const AccountRule& rule, const Claims& claims) {
  return claims.Values(rule.claim, rule.split).value_or(std::vector<ClaimValue>());
}

/// Returns the strings among the values of the claim, in the form in which the rule compares them.
std::vector<std::string> Texts(const AccountRule& rule, const Claims& claims) {
  std::vector<std::string> texts;
  for (const ClaimValue& value : ValuesFor(rule, claims)) {
    const auto* const text = std::get_if<std::string_view>(&value);
    if (text == nullptr) continue;
    texts.push_back(rule.lowercase ? ToLowerAscii(*text) : std::string(*text));
  }
  if (texts.empty() && rule.TakesAnySubject()) {
    texts.emplace_back();
  }
  return texts;
}

/// Returns the subjects of the token: its sub or, if it has no sub, the values that `rule` reads,
/// both whole and split.
std::vector<ClaimValue> Subjects(const AccountRule& rule, const Claims& claims) {
  auto subjects = claims.Values(ClaimName()).value_or(std::vector<ClaimValue>());
  std::erase(subjects, ClaimValue(std::string_view()));
  if (!subjects.empty()) return subjects;
  subjects = ValuesFor(rule, claims);
  std::ranges::move(claims.Values(rule.claim).value_or(std::vector<ClaimValue>()),
                    std::back_inserter(subjects));
  return subjects;
}

/// Checks whether the token belongs to a program (client credentials), so that sub is not a person.
bool IsOwnClient(const AccountRule& rule, const Claims& claims) {
  const std::vector<ClaimValue> subjects = Subjects(rule, claims);
  for (const char* const name : {"client_id", "azp"}) {
    if (!claims.Has(name)) continue;
    const auto clients = claims.Values(ClaimName::Parse(name).value());
    for (const ClaimValue& client : clients.value_or(std::vector<ClaimValue>())) {
      // As text, because an issuer may write one of them as a number.
      const auto is_client = [&](const ClaimValue& value) {
        return TextOf(value) == TextOf(client);
      };
      if (std::any_of(subjects.begin(), subjects.end(), is_client)) return true;
    }
  }
  return false;
}

bool IsExcepted(const AccountRule& rule, std::string_view login) {
  return std::find(rule.except.begin(), rule.except.end(), login) != rule.except.end();
}

/// Checks that somebody judged the party that uses the token for its subject, if there is one.
Status CheckActor(const AccountRule& rule, const Claims& claims) {
  if (rule.judges_actor || !claims.Has("act")) return Ok();
  return Error{Reason::kDelegated,
               "the token has act, and no condition is on a claim below /act: another party uses "
               "it for its subject",
               rule.at};
}

/// Checks what a rule that names the account asks of the token besides.
Status CheckRest(const AccountRule& rule, const Claims& claims) {
  Status conditions = CheckConditions(rule.require, claims);
  return conditions.ok() ? CheckActor(rule, claims) : conditions;
}

/// Compares rules with the claims of a token, for one account. The rules must outlive it.
class RuleMatcher {
 public:
  RuleMatcher(const Claims& claims, const std::vector<AccountRule>& rules, std::string_view login,
              const MapFileReader& read_map, bool tell_why)
      : claims_(claims), rules_(rules), login_(login), read_map_(read_map), tell_why_(tell_why) {}

  /// Returns nullopt if `rule`, which is one of the rules, does not give the account. Else returns
  /// what matched, for people, or "" without `tell_why`. A map file is read when the turn of the
  /// first rule comes that names it, for all rules that do.
  [[nodiscard]] Result<std::optional<std::string>> Match(const AccountRule& rule) {
    const std::vector<std::string> values = ValuesToTry(rule);
    if (values.empty()) return std::optional<std::string>();
    if (!rule.map_file.empty()) return MatchMap(rule);
    return MatchPattern(rule, values);
  }

 private:
  /// A search in a map file for one rule.
  struct MapSearch {
    const AccountRule* rule;
    MapFileSearch search;
    std::optional<MapLine> line;
  };

  /// Returns the values by which the rule may give the account.
  [[nodiscard]] std::vector<std::string> ValuesToTry(const AccountRule& rule) const {
    if (!rule.MayName(login_) || IsExcepted(rule, login_)) return {};
    if (!rule.NamesLiterally() && IsOwnClient(rule, claims_)) return {};
    return Texts(rule, claims_);
  }

  [[nodiscard]] std::optional<std::string> MatchPattern(
      const AccountRule& rule, const std::vector<std::string>& values) const {
    for (const std::string& value : values) {
      const std::optional<std::string_view> star = rule.pattern.Match(value);
      if (!star.has_value() || rule.name.Fill(*star) != login_) continue;
      if (!tell_why_) return std::string();
      return rule.claim.text() + " " + QuoteJson(value) + " by pattern " +
             QuoteJson(rule.pattern.text()) + ", name " + QuoteJson(rule.name.text());
    }
    return std::nullopt;
  }

  [[nodiscard]] Result<std::optional<std::string>> MatchMap(const AccountRule& rule) {
    if (FindSearch(rule) == nullptr) {
      Status searched = SearchMap(rule);
      if (!searched.ok()) return Error{searched.error().reason, searched.error().detail, rule.at};
    }
    const std::optional<MapLine>& line = FindSearch(rule)->line;
    if (!line.has_value()) return std::optional<std::string>();
    if (!tell_why_) return std::optional(std::string());
    return std::optional(rule.claim.text() + " " + QuoteJson(line->value) + " by " + rule.map_file +
                         ":" + std::to_string(line->number));
  }

  [[nodiscard]] const MapSearch* FindSearch(const AccountRule& rule) const {
    const auto found = std::ranges::find(searches_, &rule, &MapSearch::rule);
    return found == searches_.end() ? nullptr : &*found;
  }

  /// Reads the map file of `rule`, and searches it for all rules that name it. Ends early at a line
  /// by which `rule` gives the account, because no other map file is asked then.
  [[nodiscard]] Status SearchMap(const AccountRule& rule) {
    std::vector<MapSearch> searches;
    for (const AccountRule& other : rules_) {
      if (other.map_file != rule.map_file) continue;
      std::vector<std::string> values = ValuesToTry(other);
      if (!values.empty())
        searches.push_back({&other, MapFileSearch(std::move(values), login_), {}});
    }
    const bool decides = CheckRest(rule, claims_).ok();
    bool is_decided = false;
    Status read = read_map_(rule.map_file, [&](std::string_view piece) {
      bool goes_on = false;
      for (MapSearch& one : searches) {
        const bool is_open = one.search.Take(piece);
        is_decided = is_decided || (!is_open && decides && one.rule == &rule);
        goes_on = goes_on || is_open;
      }
      return goes_on && !is_decided;
    });
    for (MapSearch& one : searches) {
      // A search that has not seen all of the file knows nothing.
      if (is_decided && one.rule != &rule) continue;
      one.line = one.search.End();
      searches_.push_back(std::move(one));
    }
    return read;
  }

  const Claims& claims_;
  const std::vector<AccountRule>& rules_;
  std::string_view login_;
  const MapFileReader& read_map_;
  bool tell_why_;
  std::vector<MapSearch> searches_;  // of the map files that were read
};

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
  for (const std::string& claim : Texts(rule, claims)) {
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
  if (exists && given.literal == nullptr && IsSystemAccount(*account, policy)) {
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
    if (slot != nullptr) continue;
    Result<std::optional<std::string>> match = matcher.Match(rule);
    if (!match.ok()) return std::move(match).error();
    if (!match.value().has_value()) continue;
    Status conditions = CheckRest(rule, claims);
    if (!conditions.ok()) {
      unmet.Keep(std::move(conditions).error());
      continue;
    }
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
  return LocalAccount(login, given.value().rule());
}

}  // namespace pamjwt
