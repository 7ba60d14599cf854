#include "jwt-sso/verbs/status_text.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/base/duration.h"
#include "core/config/client_profile_words.h"
#include "core/json/json.h"
#include "io/local_time.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::sso {
namespace {

bool IsGood(const LoginStatus& status) {
  return status.standing == Standing::kGood || status.standing == Standing::kRenewable;
}

bool MakesCertificates(const LoginStatus& status) {
  return status.profile.settings.use == ClientUse::kCertificate;
}

// ---- For people

std::string Headline(const LoginStatus& status) {
  const std::string person = status.person.empty() ? "" : " as " + Printable(status.person);
  switch (status.standing) {
    case Standing::kLoggedOut:
      return "nobody is logged in";
    case Standing::kChanged:
      return "was logged in" + person + ", and then the profile got another issuer or client";
    case Standing::kOver:
      return "was logged in" + person;
    case Standing::kRenewable:
    case Standing::kGood:
      return "logged in" + person;
  }
  return "";
}

/// Returns the end of the certificate or token, and what happens then.
std::string ShowEnd(const LoginStatus& status, UnixTime now) {
  const std::string renewal = MakesCertificates(status)
                                  ? "ssh renews it by itself"
                                  : "it is renewed when a program asks for it";
  if (!status.end.has_value()) return status.renews ? "not there yet: " + renewal : "not there";
  const bool is_past = *status.end <= now;
  const Seconds span{is_past ? now.seconds - status.end->seconds
                             : status.end->seconds - now.seconds};
  const std::string time = LocalTimeText(*status.end, now);
  const std::string text = is_past ? "ended " + time + ", " + SpanInWords(span) + " ago"
                                   : "ends " + time + ", in " + SpanInWords(span);
  if (status.renews) return text + "; " + renewal;
  return text + (is_past ? "" : "; it cannot be renewed, so log in again then");
}

std::string ShowUse(const LoginStatus& status) {
  const std::string token =
      status.profile.settings.token == ClientToken::kId ? "ID token" : "access token";
  return token + (MakesCertificates(status) ? ", for ssh certificates"
                                            : ", for prompts of ssh-jwt, sudo and others");
}

std::string ShowHosts(const LoginStatus& status) {
  switch (status.setup) {
    case SshSetup::kUnknown:
      break;
    case SshSetup::kNone:
      return Join(status.profile.settings.hosts, " ") +
             (status.profile.settings.hosts.empty() ? "" : ", but ") + "ssh is not set up";
    case SshSetup::kOutdated:
      return Join(status.ssh_hosts, " ") + ", but ssh's configuration has changed since setup";
    case SshSetup::kDone:
      return Join(status.ssh_hosts, " ");
  }
  return Join(status.profile.settings.hosts, " ");
}

/// The lines of one profile below its first line.
class Rows {
 public:
  void Add(std::string_view name, const std::string& text) {
    constexpr std::size_t kWidth = 13;
    if (text.empty()) return;
    text_ += "   " + std::string(name) + std::string(kWidth - name.size(), ' ') + text + "\n";
  }
  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string ShowOne(const LoginStatus& status, UnixTime now, const TextStyle& style) {
  const ClientProfile& profile = status.profile.settings;
  const bool was_logged_in =
      status.standing != Standing::kLoggedOut && status.standing != Standing::kChanged;
  Rows rows;
  rows.Add("issuer", profile.issuer);
  rows.Add("token", ShowUse(status));
  if (was_logged_in) {
    rows.Add(MakesCertificates(status) ? "certificate" : "end", ShowEnd(status, now));
  }
  rows.Add("hosts", ShowHosts(status));
  rows.Add("key", Printable(status.files.key));
  rows.Add("fingerprint", status.fingerprint);
  rows.Add("next", style.Paint(Colour::kBold, NextCommand(status)));
  return style.Mark(IsGood(status)) + style.Paint(Colour::kBold, status.profile.name) + ": " +
         Headline(status) + "\n" + std::move(rows).Take();
}

// ---- For programs

std::string Word(Standing standing) {
  switch (standing) {
    case Standing::kLoggedOut:
      return "logged_out";
    case Standing::kChanged:
      return "changed";
    case Standing::kOver:
      return "over";
    case Standing::kRenewable:
      return "renewable";
    case Standing::kGood:
      return "good";
  }
  return "";
}

std::string Word(SshSetup setup) {
  switch (setup) {
    case SshSetup::kUnknown:
      return "";
    case SshSetup::kNone:
      return "none";
    case SshSetup::kOutdated:
      return "outdated";
    case SshSetup::kDone:
      return "done";
  }
  return "";
}

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json() : JsonString(text);
}

Json ListOf(const std::vector<std::string>& texts) {
  JsonArray list;
  for (const std::string& text : texts) {
    list.push_back(JsonString(text));
  }
  return Json(std::move(list));
}

Json KeyJson(const LoginStatus& status) {
  if (!MakesCertificates(status)) return {};
  return Json(JsonObject{{"path", JsonString(status.files.key)},
                         {"certificate", JsonString(status.files.certificate)},
                         {"fingerprint", TextOrNull(status.fingerprint)}});
}

JsonObject AsJson(const LoginStatus& status, UnixTime now) {
  const ClientProfile& profile = status.profile.settings;
  Json end;
  Json left;
  if (status.end.has_value()) {
    end = Json(status.end->seconds);
    left = Json(std::max<std::int64_t>(0, status.end->seconds - now.seconds));
  }
  return {
      {"issuer", JsonString(profile.issuer)},
      {"use", JsonString(TextOf(kClientUses, profile.use))},
      {"token", JsonString(TextOf(kClientTokens, profile.token))},
      {"standing", JsonString(Word(status.standing))},
      {"person", TextOrNull(status.person)},
      {"end", std::move(end)},
      {"seconds_left", std::move(left)},
      {"renews", Json(status.renews)},
      {"hosts", ListOf(profile.hosts)},
      {"key", KeyJson(status)},
      {"setup", TextOrNull(Word(status.setup))},
      {"ssh_hosts", ListOf(status.ssh_hosts)},
      {"next", TextOrNull(NextCommand(status))},
  };
}

}  // namespace

std::string ShowStatus(const std::vector<StatusEntry>& entries, UnixTime now,
                       const TextStyle& style) {
  std::string text;
  for (const StatusEntry& entry : entries) {
    if (!text.empty()) text += "\n";
    if (entry.status.ok()) {
      text += ShowOne(entry.status.value(), now, style);
    } else {
      text += style.Mark(false) + style.Paint(Colour::kBold, entry.file.name) + ": " +
              Printable(entry.status.error().detail) + "\n";
    }
  }
  return text;
}

std::string StatusJson(const std::vector<StatusEntry>& entries, UnixTime now) {
  JsonArray list;
  for (const StatusEntry& entry : entries) {
    JsonObject object = {{"name", JsonString(entry.file.name)},
                         {"path", JsonString(entry.file.path)}};
    if (entry.status.ok()) {
      std::ranges::move(AsJson(entry.status.value(), now), std::back_inserter(object));
    } else {
      object.emplace_back("error", JsonString(entry.status.error().detail));
    }
    list.emplace_back(std::move(object));
  }
  return ToJsonText(Json(JsonObject{{"profiles", Json(std::move(list))}})) + "\n";
}

}  // namespace pamjwt::sso
