#include "jwtctl/denylist/deny.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "io/system_host.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denial_text.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/session/open_sessions.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

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

}  // namespace

int RunDeny(const DenyOptions& options, const EndingOptions& ending, std::ostream& out,
            std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("deny", denial.error(), kUsage, err);
  bool changed = false;
  const auto add = [&](Denylist& list) { return changed = list.Add(denial.value()); };
  const Result<bool> updated = ChangeDenylist("deny", FromRoot(options.denylist_path), add, err);
  if (!updated.ok()) return Fail("deny", updated.error(), kNo, err);
  out << (changed ? "denied: " : "denied already: ") << Show(denial.value()) << "\n";
  // Another list than that of this host denies nobody here.
  const bool is_here = !options.denylist_path.has_value();
  const bool must_end = MustEnd(ending, options.config_path, is_here, err);
  if (options.kind == Denial::Kind::kAccount) {
    const std::optional<SystemAccount> account = FindDeniedAccount(options.value, err);
    if (is_here && !must_end && account.has_value()) TellOfSessions(*account, err);
  } else {
    WarnOfUnknownUrl(options, denial.value().issuer, err);
  }
  TellWhatItDoesNotStop(denial.value(), err);
  // The list comes first: a session that opens now is either found, or sees the list.
  return must_end ? EndDenied(denial.value(), ending, options.config_path, out, err) : kOk;
}

}  // namespace pamjwt::ctl
