#include "jwtctl/deny.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "io/denylist_file.h"
#include "jwtctl/config_source.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/printable.h"
#include "jwtctl/time_text.h"

namespace pamjwt::ctl {
namespace {

/// By its url an issuer is found also if the configuration has it no longer, or is broken.
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

Result<std::string> StoredValue(const DenyOptions& options) {
  if (options.kind != Denial::Kind::kTokenId || IsSha256Name(options.value)) return options.value;
  return Sha256Name(options.value);
}

Result<Denial> MakeDenial(const DenyOptions& options) {
  Denial denial{options.kind, "", "", std::nullopt, Now()};
  if (options.value.empty()) {
    return Error{Reason::kConfigInvalid, std::string(Name(options.kind)) + " is empty"};
  }
  Result<std::string> url = FindUrl(options);
  if (!url.ok()) return std::move(url).error();
  denial.issuer = std::move(url).value();
  Result<std::string> value = StoredValue(options);
  if (!value.ok()) return std::move(value).error();
  denial.value = std::move(value).value();
  if (!options.before.empty()) {
    const Result<UnixTime> before = ParseTime(options.before);
    if (!before.ok()) return Error{Reason::kConfigInvalid, "--before: " + before.error().detail};
    denial.before = before.value();
  }
  return denial;
}

/// "account alice", "sub 1234 of https://sso.example"
std::string Show(const Denial& denial) {
  std::string text = std::string(Name(denial.kind)) + " " + denial.value;
  if (!denial.issuer.empty()) {
    text += " of " + denial.issuer;
  }
  if (denial.before.has_value()) {
    text += ", tokens issued before " + ShowTime(*denial.before);
  }
  return Printable(text);
}

int Fail(const char* verb, const Error& error, int code, std::ostream& err) {
  err << "jwtctl " << verb << ": " << Printable(error.detail) << "\n";
  return code;
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
      text += ", \"before\": " + QuoteJson(ShowTime(*denial.before));
    }
    text += ", \"since\": " + QuoteJson(ShowTime(denial.since)) + "}";
  }
  return text + (text.size() == 1 ? "]\n" : "\n]\n");
}

}  // namespace

int RunDeny(const DenyOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("deny", denial.error(), kUsage, err);
  bool changed = false;
  const Status updated = UpdateDenylist(FromRoot(options.denylist_path), [&](Denylist& list) {
    changed = list.Add(denial.value());
    return changed;
  });
  if (!updated.ok()) return Fail("deny", updated.error(), kNo, err);
  out << (changed ? "denied: " : "denied already: ") << Show(denial.value()) << "\n";
  if (options.kind != Denial::Kind::kAccount) {
    err << "jwtctl deny: this stops tokens; to stop ssh keys too, deny the account: --account "
           "NAME\n";
  } else if (denial.value().before.has_value()) {
    err << "jwtctl deny: with --before this stops tokens, and no ssh keys\n";
  }
  return kOk;
}

int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("undeny", denial.error(), kUsage, err);
  bool changed = false;
  const Status updated = UpdateDenylist(FromRoot(options.denylist_path), [&](Denylist& list) {
    changed = list.Remove(denial.value());
    return changed;
  });
  if (!updated.ok()) return Fail("undeny", updated.error(), kNo, err);
  out << (changed ? "no longer denied: " : "was not denied: ") << Show(denial.value()) << "\n";
  return kOk;
}

int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denylist> list = ReadDenylist(FromRoot(options.denylist_path));
  if (!list.ok()) return Fail("denied", list.error(), kNo, err);
  if (options.json) {
    out << ToJson(list.value());
    return kOk;
  }
  for (const Denial& denial : list.value().entries()) {
    out << Show(denial) << ", since " << ShowTime(denial.since) << "\n";
  }
  return kOk;
}

}  // namespace pamjwt::ctl
