#include "jwt-sso/profile/profiles.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/config/client_profile_reader.h"
#include "core/config/client_profile_text.h"
#include "io/file.h"
#include "io/system_error.h"
#include "text/join.h"

namespace pamjwt::sso {
namespace {

constexpr std::string_view kEnding = ".toml";

Error Wrong(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

/// Returns `path` without links. Returns nullopt if nothing is there.
Result<std::optional<std::string>> Resolve(const std::string& path) {
  const std::unique_ptr<char, FreeText> real(realpath(path.c_str(), nullptr));
  if (real != nullptr) return std::optional(std::string(real.get()));
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
  return SystemError("find", path);
}

/// A directory or file of profiles, and the rules by which it is trusted.
struct TrustedPlace {
  std::optional<std::string> path;  ///< nullopt: nothing is there
  FileRules rules;
};

/// Finds the place `path`, which is in the directory `in`, or is it. Links to what a user has are
/// followed, since many people keep their files in a repository. The rules hold where they lead.
Result<TrustedPlace> FindPlace(const std::string& path, const std::string& in,
                               const ProfilePlaces& places, Reason reason) {
  FileRules rules{Owners{}, kMaxClientProfileBytes, reason};
  if (in == places.system) {
    rules.owners = OwnersFor(places.system != ProfilePlaces{}.system);
    return TrustedPlace{path, rules};
  }
  rules.owners = Owners{geteuid()};
  Result<std::optional<std::string>> real = Resolve(path);
  if (!real.ok()) return std::move(real).error();
  return TrustedPlace{std::move(real).value(), rules};
}

/// Returns the path of the profile `name` in `directory`.
std::string PathIn(std::string_view directory, std::string_view name) {
  std::string path(directory);
  path += '/';
  path += name;
  path += kEnding;
  return path;
}

Result<std::vector<ProfileFile>> ListDirectory(const std::string& directory,
                                               const ProfilePlaces& places) {
  Result<TrustedPlace> place = FindPlace(directory, directory, places, Reason::kInternal);
  if (!place.ok()) return std::move(place).error();
  std::vector<ProfileFile> files;
  if (!place.value().path.has_value()) return files;
  Result<std::vector<std::string>> names =
      ListTrustedDirectory(*place.value().path, place.value().rules);
  if (!names.ok()) return std::move(names).error();
  for (const std::string& name : names.value()) {
    if (!name.ends_with(kEnding)) continue;
    const std::string stem = name.substr(0, name.size() - kEnding.size());
    if (IsClientProfileName(stem)) files.push_back({stem, PathIn(directory, stem)});
  }
  return files;
}

std::string DirectoryOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

/// Returns `path` with the home directory in place of "~".
Result<std::string> WithHome(const std::string& path, const ProfilePlaces& places) {
  if (!path.starts_with("~/")) return path;
  if (!places.home.empty()) return places.home + path.substr(1);
  return Wrong(path + " is in the home directory, and HOME is not an absolute path: set it");
}

/// Returns the settings with the home directory in place of each "~".
Result<ClientProfile> WithHome(ClientProfile settings, const ProfilePlaces& places) {
  for (std::string* const path : {&settings.client_secret_file, &settings.assertion_file,
                                  &settings.ca_file, &settings.key.name}) {
    Result<std::string> full = WithHome(*path, places);
    if (!full.ok()) return std::move(full).error();
    *path = std::move(full).value();
  }
  return settings;
}

/// Returns the file of the profile `name`, without listing directories, or nullopt.
Result<std::optional<ProfileFile>> FindFile(std::string_view name, const ProfilePlaces& places) {
  for (const std::string& directory : {places.user, places.system}) {
    if (directory.empty()) continue;
    const std::string path = PathIn(directory, name);
    if (access(path.c_str(), F_OK) == 0) {
      return std::optional(ProfileFile{std::string(name), path});
    }
    if (errno != ENOENT && errno != ENOTDIR) return SystemError("find", path);
  }
  return std::optional<ProfileFile>();
}

std::string Directories(const ProfilePlaces& places) {
  return places.system + (places.user.empty() ? "" : " or " + places.user);
}

std::vector<std::string> NamesOf(const std::vector<ProfileFile>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const ProfileFile& file : files) {
    names.push_back(file.name);
  }
  return names;
}

Error NoProfiles(const ProfilePlaces& places) {
  return Wrong(
      "there is no profile: ask your administrator for a file NAME.toml, and put it into " +
      Directories(places));
}

/// Returns the error for a name that no profile has.
Error NotThere(std::string_view name, const ProfilePlaces& places) {
  const Result<std::vector<ProfileFile>> files = ListProfiles(places);
  if (!files.ok()) return files.error();
  if (files.value().empty()) return NoProfiles(places);
  const std::vector<std::string> names = NamesOf(files.value());
  return Wrong("there is no profile " + std::string(name) + " in " + Directories(places) +
               DidYouMean(name, names) + " (there are: " + Join(names, ", ") + ")");
}

Error NameOneOf(const std::vector<ProfileFile>& files) {
  return Wrong("there are several profiles: name one of " + Join(NamesOf(files), ", "));
}

/// Returns the only profile of this use.
Result<Profile> ChooseByUse(const std::vector<ProfileFile>& files, const ProfilePlaces& places,
                            ClientUse use) {
  std::optional<Profile> found;
  for (const ProfileFile& file : files) {
    Result<Profile> profile = ReadProfile(file, places);
    if (!profile.ok()) return profile;
    if (profile.value().settings.use != use) continue;
    if (found.has_value()) return NameOneOf(files);
    found = std::move(profile).value();
  }
  if (!found.has_value()) return NameOneOf(files);
  return *std::move(found);
}

}  // namespace

ProfilePlaces PlacesOfUser() {
  const auto directory = [](const char* variable) {
    const char* const value = getenv(variable);
    return std::string(value != nullptr && *value == '/' ? value : "");
  };
  ProfilePlaces places;
  places.home = directory("HOME");
  places.user = directory("XDG_CONFIG_HOME");
  if (places.user.empty() && !places.home.empty()) places.user = places.home + "/.config";
  if (!places.user.empty()) places.user += "/jwt-sso";
  return places;
}

Result<std::vector<ProfileFile>> ListProfiles(const ProfilePlaces& places) {
  std::vector<ProfileFile> all;
  for (const std::string& directory : {places.user, places.system}) {
    if (directory.empty()) continue;
    Result<std::vector<ProfileFile>> files = ListDirectory(directory, places);
    if (!files.ok()) return files;
    for (const ProfileFile& file : files.value()) {
      if (std::ranges::find(all, file.name, &ProfileFile::name) == all.end()) all.push_back(file);
    }
  }
  std::ranges::sort(all, {}, &ProfileFile::name);
  return all;
}

Result<Profile> ReadProfile(const ProfileFile& file, const ProfilePlaces& places) {
  const std::string directory = DirectoryOf(file.path);
  Result<TrustedPlace> place = FindPlace(file.path, directory, places, Reason::kConfigInvalid);
  if (!place.ok()) return std::move(place).error();
  if (!place.value().path.has_value()) return Wrong(file.path + " is not there any more");
  Result<std::string> text = ReadTrustedFile(*place.value().path, place.value().rules);
  if (!text.ok()) return std::move(text).error();
  Result<ClientProfile> parsed = ParseClientProfile(file.path, text.value());
  if (!parsed.ok()) return std::move(parsed).error();
  Result<ClientProfile> settings = WithHome(std::move(parsed).value(), places);
  if (!settings.ok()) return Wrong(file.path + ": " + settings.error().detail);
  return Profile{file.name, file.path, std::move(settings).value()};
}

Result<Profile> ChooseProfile(std::string_view name, const ProfilePlaces& places,
                              std::optional<ClientUse> use) {
  if (!name.empty()) {
    Result<std::optional<ProfileFile>> file = FindFile(name, places);
    if (!file.ok()) return std::move(file).error();
    if (!file.value().has_value()) return NotThere(name, places);
    return ReadProfile(*file.value(), places);
  }
  const Result<std::vector<ProfileFile>> files = ListProfiles(places);
  if (!files.ok()) return files.error();
  if (files.value().empty()) return NoProfiles(places);
  if (files.value().size() == 1) return ReadProfile(files.value().front(), places);
  if (use.has_value()) return ChooseByUse(files.value(), places, *use);
  return NameOneOf(files.value());
}

}  // namespace pamjwt::sso
