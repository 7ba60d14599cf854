#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// A user whose rights to files are judged.
struct FileUser {
  std::string name;  ///< for people
  uid_t uid;
  std::vector<gid_t> groups;  ///< all groups of the user, the primary one too
};

/// Returns the user of this name with its groups; nullopt if this host has no user of that name, or
/// does not say.
std::optional<FileUser> FindFileUser(const std::string& name);
/// Returns the user that this process runs as, with its groups and the name "uid N".
FileUser ThisUser();

/// The verdict of the modes of a file and of the directories above it, also of those to which
/// symbolic links lead. kUnknown: one of them cannot be looked at, or has an access list and
/// another owner than the user. Access lists are not read.
enum class FileAccess { kAllowed, kDenied, kUnknown };

/// Judges whether `user` may read the file, read and write it, or connect to the socket, at `path`.
FileAccess JudgeRead(const FileUser& user, const std::string& path);
FileAccess JudgeUpdate(const FileUser& user, const std::string& path);
FileAccess JudgeConnect(const FileUser& user, const std::string& path);
/// Judges whether `user` may make and replace files in the directory `path`.
FileAccess JudgeChange(const FileUser& user, const std::string& path);
/// Returns the first directory above `path` that `user` may not enter. nullopt: there is none, or
/// that is not known.
std::optional<std::string> FindClosedDirectory(const FileUser& user, const std::string& path);

}  // namespace pamjwt::ctl
