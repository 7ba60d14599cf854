#include "jwt-sso/verbs/status_verb.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "jwt-sso/verbs/login_status.h"
#include "jwt-sso/verbs/status_text.h"

namespace pamjwt::sso {
namespace {

StatusEntry EntryOf(const ProfileFile& file, const UserFiles& places, UnixTime now) {
  const Result<Profile> profile = ReadProfile(file, places.profiles);
  if (!profile.ok()) return {file, profile.error()};
  return {file, ReadLoginStatus(profile.value(), places, now)};
}

/// Returns the files of the profiles to show.
Result<std::vector<ProfileFile>> FilesToShow(const Arguments& arguments, const UserFiles& places) {
  Result<std::vector<ProfileFile>> files = ListProfiles(places.profiles);
  if (!files.ok()) return files;
  if (arguments.profile.empty() && !files.value().empty()) return files;
  const auto named = std::ranges::find(files.value(), arguments.profile, &ProfileFile::name);
  if (named != files.value().end()) return std::vector<ProfileFile>{*named};
  return ChooseProfile(arguments.profile, places.profiles).error();
}

ExitCode CodeOf(const std::vector<StatusEntry>& entries) {
  bool is_logged_in = false;
  bool is_over = false;
  for (const auto& [file, status] : entries) {
    if (!status.ok()) return ExitCodeOf(status.error());
    const Standing standing = status.value().standing;
    const bool is_good = standing == Standing::kGood || standing == Standing::kRenewable;
    is_logged_in = is_logged_in || is_good;
    is_over = is_over || (!is_good && standing != Standing::kLoggedOut);
  }
  return is_logged_in && !is_over ? kOk : kLoginNeeded;
}

}  // namespace

Result<StatusOutput> RunStatus(const Arguments& arguments, const UserFiles& places, UnixTime now,
                               const TextStyle& style) {
  const Result<std::vector<ProfileFile>> files = FilesToShow(arguments, places);
  if (!files.ok()) return files.error();
  std::vector<StatusEntry> entries;
  for (const ProfileFile& file : files.value()) {
    entries.push_back(EntryOf(file, places, now));
  }
  std::string text = arguments.json ? StatusJson(entries, now) : ShowStatus(entries, now, style);
  return StatusOutput{std::move(text), CodeOf(entries)};
}

}  // namespace pamjwt::sso
