#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/unique_fd.h"

namespace pamjwt {

/// Who may own a file that decides, besides root.
struct Owners {
  std::optional<uid_t> besides_root;
};

/// Root alone; but where the path was given explicitly, the process is not setuid (AT_SECURE),
/// and real and effective user are one, also that user: tests and `explain` run without root.
Owners OwnersFor(bool path_is_explicit);

struct FileRules {
  Owners owners;
  std::size_t max_bytes;
  Reason reason;  ///< of the error, whatever is wrong
  /// The file's own directory may belong to any one user, and the file to the same user, if no
  /// directory above the file may be written by group or others. Only root can have set that up.
  /// Below a sticky directory such as /tmp anybody can, so there this option changes nothing.
  bool owner_of_directory = false;
};

/// Reads a whole file that decides.
///
/// The path is absolute and has no "..". The file and each directory above it must belong to one of
/// the owners and be writable by nobody else (a sticky directory may be). No link is followed at
/// any place, and nothing blocks. The errors say what to do.
Result<std::string> ReadTrustedFile(const std::string& path, const FileRules& rules);
/// The same; none if the file is not there, or the directory that it would be in.
Result<std::optional<std::string>> ReadTrustedFileIfThere(const std::string& path,
                                                          const FileRules& rules);
/// The same, in pieces of at most 64 KiB, until `take` says by false that it has enough.
Status ReadTrustedPieces(const std::string& path, const FileRules& rules,
                         const std::function<bool(std::string_view piece)>& take);
Result<SecretString> ReadTrustedSecret(const std::string& path, const FileRules& rules);

/// The same, open and not read: for a file that is searched. At most max_bytes long when opened.
Result<UniqueFd> OpenTrustedFile(const std::string& path, const FileRules& rules);

/// Could a file at `path` be trusted that belongs to the owner of its directory? Looks at those
/// directories above that exist. The last of them must not be one that others may write. For early
/// refusals and warnings: a file that is read is checked anyway.
Status CheckPlaceOf(const std::string& path, const FileRules& rules);

/// May this user own what is at `path`, by these rules? Looks at the directories above alone. For a
/// socket: the kernel says which user its server runs as.
Status CheckMayOwn(uid_t uid, const std::string& path, const FileRules& rules);

/// The names in a directory, under the same rules, in order. Empty if there is no such directory.
Result<std::vector<std::string>> ListTrustedDirectory(const std::string& path,
                                                      const FileRules& rules);

/// May others than owner and group read the file? For warnings; false if it cannot be looked at.
bool IsWorldReadable(const std::string& path);

}  // namespace pamjwt
