#include "jwt-sso/verbs/profiles_verb.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/config/client_profile_words.h"
#include "core/json/json.h"
#include "jwt-sso/profile/host_patterns.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::sso {
namespace {

Json ListOf(const std::vector<std::string>& texts) {
  JsonArray list;
  for (const std::string& text : texts) {
    list.push_back(JsonString(text));
  }
  return Json(std::move(list));
}

Json AsJson(const ProfileFile& file, const Result<Profile>& profile) {
  JsonObject object = {{"name", JsonString(file.name)}, {"path", JsonString(file.path)}};
  if (profile.ok()) {
    object.emplace_back("issuer", JsonString(profile.value().settings.issuer));
    object.emplace_back("use", JsonString(TextOf(kClientUses, profile.value().settings.use)));
    object.emplace_back("hosts", ListOf(profile.value().settings.hosts));
  } else {
    object.emplace_back("error", JsonString(profile.error().detail));
  }
  return Json(std::move(object));
}

std::string AsLine(const ProfileFile& file, const Result<Profile>& profile, std::size_t width) {
  std::string line = file.name + std::string(width - file.name.size() + 2, ' ');
  if (!profile.ok()) return line + "cannot be used: " + Printable(profile.error().detail) + "\n";
  const ClientProfile& settings = profile.value().settings;
  line += settings.issuer + ", " +
          (settings.use == ClientUse::kPrompt ? "tokens for prompts" : "ssh certificates");
  if (!settings.hosts.empty()) line += ", for " + Join(settings.hosts, " ");
  return line + " (" + Printable(file.path) + ")\n";
}

Error SeveralFor(const std::string& host, const std::string& one, const std::string& other) {
  std::string detail = "the profiles " + one + " and " + other;
  detail += " both have tokens for " + host + ": add \"!" + host + "\" to the hosts of one of them";
  return {Reason::kConfigInvalid, std::move(detail)};
}

}  // namespace

Result<std::string> ShowProfiles(const ProfilePlaces& places, bool json) {
  const Result<std::vector<ProfileFile>> files = ListProfiles(places);
  if (!files.ok()) return files.error();
  std::size_t width = 0;
  for (const ProfileFile& file : files.value()) {
    width = std::max(width, file.name.size());
  }
  JsonArray list;
  std::string lines;
  for (const ProfileFile& file : files.value()) {
    const Result<Profile> profile = ReadProfile(file, places);
    if (json) list.push_back(AsJson(file, profile));
    lines += AsLine(file, profile, width);
  }
  if (!json) return lines;
  return ToJsonText(Json(JsonObject{{"profiles", Json(std::move(list))}})) + "\n";
}

Result<std::string> ProfileForHost(const ProfilePlaces& places, const std::string& host) {
  const Result<std::vector<ProfileFile>> files = ListProfiles(places);
  if (!files.ok()) return files.error();
  std::string found;
  for (const ProfileFile& file : files.value()) {
    const Result<Profile> profile = ReadProfile(file, places);
    if (!profile.ok()) return profile.error();
    const ClientProfile& settings = profile.value().settings;
    if (settings.use != ClientUse::kPrompt || !MatchesHost(settings.hosts, host)) continue;
    if (!found.empty()) return SeveralFor(host, found, file.name);
    found = file.name;
  }
  return found;
}

}  // namespace pamjwt::sso
