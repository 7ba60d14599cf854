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

/// The users who may own a file that decides. Root always may.
struct Owners {
  std::optional<uid_t> besides_root;
};

/// Returns the owners to trust: root alone, or also the user of this process.
///
/// That user is trusted if the path was given explicitly, the process is not setuid (AT_SECURE),
/// and its real and effective user are the same. So tests and `jwtctl explain` run without root.
Owners OwnersFor(bool path_is_explicit);

/// The rules by which a file is trusted.
struct FileRules {
  Owners owners;
  std::size_t max_bytes;  ///< a longer file is an error
  Reason reason;          ///< the reason of every error
  /// Also trusts the owner of the file's directory, with the directory and with the file, if group
  /// and others can write no directory above the file. Only root can have given that user the
  /// directory. Below a sticky directory such as /tmp, anybody can make a directory, so there this
  /// option changes nothing.
  bool owner_of_directory = false;
  /// Says that the caller has just opened another file of the same directory, or has listed it,
  /// under the same rules. The directories above are not looked at again: nobody but their owners
  /// can have changed them since then. The path must have no slash at its end.
  bool directory_was_checked = false;
};

/// Reads a whole file that decides.
///
/// The path must be absolute, without "." and "..". The file and each directory above it must
/// belong to one of the owners, and nobody else may be able to write it, unless it is a sticky
/// directory. Symbolic links are not followed at any place, and nothing blocks. The errors say what
/// to do.
Result<std::string> ReadTrustedFile(const std::string& path, const FileRules& rules);
/// Reads a file as ReadTrustedFile does. Returns nullopt if there is no such file, or no directory
/// for it.
Result<std::optional<std::string>> ReadTrustedFileIfThere(const std::string& path,
                                                          const FileRules& rules);
/// Reads a file as ReadTrustedFile does, and gives it to `take` in pieces of at most 16 KiB, until
/// `take` returns false.
Status ReadTrustedPieces(const std::string& path, const FileRules& rules,
                         const std::function<bool(std::string_view piece)>& take);
/// Reads a file as ReadTrustedFile does, and leaves no copy of it in memory.
Result<SecretString> ReadTrustedSecret(const std::string& path, const FileRules& rules);

/// A file that is open for a search in it.
struct OpenedFile {
  UniqueFd fd;
  std::size_t size;  ///< in bytes when it was opened, at most max_bytes; the file may grow
};

/// Opens a file under the rules of ReadTrustedFile.
Result<OpenedFile> OpenTrustedFile(const std::string& path, const FileRules& rules);
/// Opens a file as OpenTrustedFile does. Returns nullopt if there is no such file, or no directory
/// for it.
Result<std::optional<OpenedFile>> OpenTrustedFileIfThere(const std::string& path,
                                                         const FileRules& rules);

/// Checks whether a file at `path` could be trusted if it belonged to the owner of its directory.
///
/// Looks at the directories above it that exist. Others must not be able to write the last of them.
/// This is for early refusals and warnings: a file is checked again when it is read.
Status CheckPlaceOf(const std::string& path, const FileRules& rules);

/// Checks whether this user may own a file at `path`. Looks only at the directories above it. This
/// is for the server of a socket, whose user the kernel tells.
Status CheckMayOwn(uid_t uid, const std::string& path, const FileRules& rules);

/// Lists the names in a directory, sorted, under the rules of ReadTrustedFile. The list is empty if
/// there is no such directory.
Result<std::vector<std::string>> ListTrustedDirectory(const std::string& path,
                                                      const FileRules& rules);

/// Returns whether everybody may read the file, for warnings. Returns false if that cannot be found
/// out.
bool IsWorldReadable(const std::string& path);

}  // namespace pamjwt
