#include "jwt-sso/state/state_list.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/config/client_profile.h"
#include "core/config/client_profile_text.h"

namespace pamjwt::sso {
namespace {

namespace fs = std::filesystem;

/// Returns the states of one kind, in any order.
Result<std::vector<ListedState>> ListKept(ClientKeep keep, const UserPlaces& places) {
  std::vector<ListedState> states;
  const Result<std::string> any = StateDirectory("any", keep, places);
  if (!any.ok()) return states;
  const fs::path parent = fs::path(any.value()).parent_path();
  std::error_code error;
  fs::directory_iterator entry(parent, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (IsClientProfileName(name)) states.push_back({name, entry->path()});
  }
  if (!error || error == std::errc::no_such_file_or_directory) return states;
  return Error{Reason::kInternal, "list " + parent.string() + ": " + error.message()};
}

}  // namespace

Result<std::vector<ListedState>> ListStates(const UserPlaces& places) {
  std::vector<ListedState> all;
  for (const ClientKeep keep : {ClientKeep::kState, ClientKeep::kRuntime}) {
    const Result<std::vector<ListedState>> kept = ListKept(keep, places);
    if (!kept.ok()) return kept.error();
    all.insert(all.end(), kept.value().begin(), kept.value().end());
  }
  std::ranges::sort(all, {}, &ListedState::profile);
  return all;
}

}  // namespace pamjwt::sso
