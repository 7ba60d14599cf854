#include "jwtctl/deny.h"

#include <strings.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "io/denylist_file.h"
#include "io/system_host.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/session/open_sessions.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

/// Returns the url of the issuer that the options name. A url needs no configuration: the issuer
/// may be gone from it, or the configuration may be broken.
Result<std::string> FindUrl(const DenyOptions& options) {
  if (options.issuer.empty() || options.issuer.find("://") != std::string::npos) {
    return options.issuer;
  }
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) return loaded.error();
  const std::vector<Issuer>& issuers = loaded.value().config.issuers;
  const auto found = std::find_if(issuers.begin(), issuers.end(), [&](const Issuer& issuer) {
    return issuer.name == options.issuer;
  });
  if (found != issuers.end()) return *found->url;
  std::string names;
  for (const Issuer& issuer : issuers) {
    names += (names.empty() ? "" : ", ") + issuer.name;
  }
  return Error{Reason::kConfigInvalid, "no issuer is called " + QuoteJson(options.issuer) +
                                           "; the configuration has: " + names};
}

/// Checks the value of `option`. The error begins with the name of the option.
Status CheckText(const std::string& option, const std::string& text,
                 Status (*check)(std::string_view)) {
  const Status good = check(text);
  if (!good.ok()) return Error{Reason::kConfigInvalid, option + " " + good.error().detail};
  return IsUtf8(text) ? Ok() : Status(Error{Reason::kConfigInvalid, option + " is not UTF-8"});
}

Status CheckValue(const DenyOptions& options) {
  const bool is_account = options.kind == Denial::Kind::kAccount;
  Status issuer = is_account ? Ok() : CheckText("--issuer", options.issuer, CheckDeniedName);
  if (!issuer.ok()) return issuer;
  return CheckText("--" + std::string(Name(options.kind)), options.value,
                   is_account ? CheckDeniedName : CheckDeniedText);
}

/// Returns what the denylist has for `value`: a hash from the log as it is, or the hash of a `jti`.
/// Refuses a value that is almost a hash from the log: its hash would deny no token.
Result<std::string> StoredTokenId(const std::string& value) {
  if (IsSha256Name(value)) return value;
  constexpr std::string_view kScheme = "sha256:";
  const bool is_slip = strncasecmp(value.c_str(), kScheme.data(), kScheme.size()) == 0;
  if (!is_slip) return Sha256Name(value);
  return Error{Reason::kConfigInvalid,
               "--jti sha256: must be followed by 64 hexadecimal digits in small letters, as the "
               "log has them"};
}

Result<Denial> MakeDenial(const DenyOptions& options) {
  Status good = CheckValue(options);
  if (!good.ok()) return std::move(good).error();
  Denial denial{options.kind, "", options.value, std::nullopt, Now()};
  Result<std::string> url = FindUrl(options);
  if (!url.ok()) return std::move(url).error();
  denial.issuer = std::move(url).value();
  if (options.kind == Denial::Kind::kTokenId) {
    Result<std::string> hash = StoredTokenId(options.value);
    if (!hash.ok()) return std::move(hash).error();
    denial.value = std::move(hash).value();
  }
  if (!options.before.empty()) {
    const Result<UnixTime> before = ParseTime(options.before);
    if (!before.ok()) return Error{Reason::kConfigInvalid, "--before: " + before.error().detail};
    denial.before = before.value();
  }
  Status readable = CheckDenial(denial);
  if (!readable.ok()) return Error{Reason::kConfigInvalid, readable.error().detail};
  return denial;
}

/// Returns "account alice" or "sub 1234 of https://sso.example".
std::string Show(const Denial& denial) {
  std::string text = std::string(Name(denial.kind)) + " " + denial.value;
  if (!denial.issuer.empty()) {
    text += " of " + denial.issuer;
  }
  if (denial.before.has_value()) {
    text += ", tokens issued before " + ShowTimeFrom(Now(), *denial.before);
  }
  return Printable(text);
}

int Fail(const char* verb, const Error& error, int code, std::ostream& err) {
  err << "jwtctl " << verb << ": " << Printable(error.detail) << "\n";
  return code;
}

void Warn(const std::string& text, std::ostream& err) {
  err << "jwtctl deny: warning: " << Printable(text) << "\n";
}

/// Warns if this host has no account of this name. It may come later, but more often the name is
/// misspelt. Returns the account if there is one.
std::optional<SystemAccount> FindDeniedAccount(const std::string& name, std::ostream& err) {
  const Result<std::optional<SystemAccount>> account = SystemHost(Owners{}).FindAccount(name);
  if (!account.ok()) {
    Warn("whether there is an account " + name + " is not known: " + account.error().detail, err);
    return std::nullopt;
  }
  if (!account.value().has_value()) Warn("this host has no account " + name, err);
  return account.value();
}

/// Names the open sessions of the account, which the denylist does not end.
void TellOfSessions(const SystemAccount& account, std::ostream& err) {
  const std::string text =
      DescribeSessions(account.name, account.uid, FindOpenSessions(account.uid, RunLoginctl));
  if (!text.empty()) err << "jwtctl deny: " << text << "\n";
}

void WarnOfUnknownUrl(const DenyOptions& options, const std::string& url, std::ostream& err) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) {
    Warn("whether an issuer has the url " + url + " is not known: " + loaded.error().detail, err);
    return;
  }
  const std::vector<Issuer>& issuers = loaded.value().config.issuers;
  const bool is_known = std::any_of(issuers.begin(), issuers.end(),
                                    [&](const Issuer& issuer) { return *issuer.url == url; });
  if (!is_known) Warn("no issuer of the configuration has the url " + url, err);
}

void TellWhatItDoesNotStop(const Denial& denial, std::ostream& err) {
  if (denial.kind != Denial::Kind::kAccount) {
    err << "jwtctl deny: this stops tokens; to stop ssh keys too, deny the account: --account "
           "NAME\n";
  } else if (denial.before.has_value()) {
    err << "jwtctl deny: with --before this stops tokens, and no ssh keys\n";
  }
}

std::string Show(const DenylistDamage& damage) {
  constexpr std::size_t kMostBytes = 200;
  std::string text = "line " + std::to_string(damage.line) + ": " + damage.why;
  if (!damage.text.empty()) text += ": " + damage.text.substr(0, kMostBytes);
  return Printable(text);
}

/// Prints the lines that could not be read, and how to mend them. Returns whether there are any.
bool TellOfDamage(const char* verb, const std::vector<DenylistDamage>& damage, std::ostream& err) {
  if (damage.empty()) return false;
  constexpr std::size_t kMostLines = 20;
  for (std::size_t i = 0; i < std::min(damage.size(), kMostLines); ++i) {
    err << "jwtctl " << verb << ": " << Show(damage[i]) << "\n";
  }
  if (damage.size() > kMostLines) err << "and " << damage.size() - kMostLines << " more\n";
  err << "jwtctl " << verb
      << ": the denylist is damaged: no token is accepted. Mend these lines, or take them out with "
         "jwtctl undeny --damaged, which keeps a copy of the file\n";
  return true;
}

/// Changes the list, then prints which of its lines are damaged. Returns whether there are any.
Result<bool> Update(const char* verb, const std::optional<std::string>& path,
                    const std::function<bool(Denylist&)>& change, std::ostream& err) {
  const Status updated = UpdateDenylist(path, change);
  if (!updated.ok()) return updated.error();
  const Result<Denylist> list = ReadReadableDenylist(path);
  if (!list.ok()) return list.error();
  return TellOfDamage(verb, list.value().FindDamage(), err);
}

std::string ToJson(const Denylist& list) {
  std::string text = "[";
  for (const Denial& denial : list.entries()) {
    text += text.size() == 1 ? "\n  {" : ",\n  {";
    if (!denial.issuer.empty()) {
      text += "\"iss\": " + QuoteJson(denial.issuer) + ", ";
    }
    text += QuoteJson(Name(denial.kind)) + ": " + QuoteJson(denial.value);
    if (denial.before.has_value()) {
      text += ", \"before\": " + std::to_string(denial.before->seconds);
    }
    text += ", \"since\": " + std::to_string(denial.since.seconds) + "}";
  }
  return text + (text.size() == 1 ? "]\n" : "\n]\n");
}

}  // namespace

int RunDeny(const DenyOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("deny", denial.error(), kUsage, err);
  bool changed = false;
  const auto add = [&](Denylist& list) { return changed = list.Add(denial.value()); };
  const Result<bool> updated = Update("deny", FromRoot(options.denylist_path), add, err);
  if (!updated.ok()) return Fail("deny", updated.error(), kNo, err);
  out << (changed ? "denied: " : "denied already: ") << Show(denial.value()) << "\n";
  if (options.kind == Denial::Kind::kAccount) {
    const std::optional<SystemAccount> account = FindDeniedAccount(options.value, err);
    // Another list than that of this host denies nobody here.
    const bool is_here = !options.denylist_path.has_value();
    if (is_here && account.has_value()) TellOfSessions(*account, err);
  } else {
    WarnOfUnknownUrl(options, denial.value().issuer, err);
  }
  TellWhatItDoesNotStop(denial.value(), err);
  return kOk;
}

int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("undeny", denial.error(), kUsage, err);
  bool changed = false;
  const auto remove = [&](Denylist& list) { return changed = list.Remove(denial.value()); };
  const Result<bool> is_damaged = Update("undeny", FromRoot(options.denylist_path), remove, err);
  if (!is_damaged.ok()) return Fail("undeny", is_damaged.error(), kNo, err);
  out << (changed ? "no longer denied: " : "was not denied: ") << Show(denial.value()) << "\n";
  return is_damaged.value() ? kNo : kOk;
}

int RunUndenyDamaged(const std::optional<std::string>& denylist_path, std::ostream& out,
                     std::ostream& err) {
  const Result<DenylistRepair> repair = RepairDenylist(FromRoot(denylist_path));
  if (!repair.ok()) return Fail("undeny", repair.error(), kNo, err);
  if (repair.value().damage.empty()) {
    out << "nothing is damaged\n";
    return kOk;
  }
  for (const DenylistDamage& damage : repair.value().damage) {
    out << "mended: " << Show(damage) << "\n";
  }
  out << "the file as it was: " << Printable(repair.value().copy) << "\n";
  err << "jwtctl undeny: what was denied only by these lines is no longer denied\n";
  return kOk;
}

int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denylist> list = ReadReadableDenylist(FromRoot(options.denylist_path));
  if (!list.ok()) return Fail("denied", list.error(), kNo, err);
  if (options.json) {
    out << ToJson(list.value());
  } else {
    for (const Denial& denial : list.value().entries()) {
      out << Show(denial) << ", since " << ShowTimeFrom(Now(), denial.since) << "\n";
    }
  }
  return TellOfDamage("denied", list.value().FindDamage(), err) ? kNo : kOk;
}

}  // namespace pamjwt::ctl
