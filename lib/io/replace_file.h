#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Checks that the reader of the file would understand its new content. A writer must not write
/// what its reader refuses.
using ContentCheck = std::function<Status(std::string_view content)>;

/// Accepts any content. This is for copies of files, which may be damaged, and for files that only
/// other programs read.
Status AnyText(std::string_view content);

/// Returns the name under which the new content of the file `name` is written. A writer that is
/// killed leaves a file of that name behind, which the next one removes.
std::string NewNameOf(const std::string& name);

/// Replaces the file `path` with `content`, or makes it. A reader sees the whole old file or the
/// whole new one, even after a power failure.
///
/// Writes a temporary file ".NAME.new" in the same directory, syncs it, renames it and syncs the
/// directory. A temporary file that a killed writer left is removed first. The file gets exactly
/// `mode`, whatever the umask is. `reads_back` checks the content before anything is written.
/// There must be one writer at a time: several writers need a lock of their own.
/// Errors: kInternal; the old file is as it was.
Status ReplaceFile(const std::string& path, std::string_view content, mode_t mode,
                   const ContentCheck& reads_back);

/// Replaces the content of a file that exists, as ReplaceFile does. Keeps its owner, group, mode
/// and SELinux label, but neither ACLs nor other extended attributes. Errors: kInternal, also if it
/// is a symbolic link.
Status ReplaceFileInKind(const std::string& path, std::string_view content,
                         const ContentCheck& reads_back);

}  // namespace pamjwt
