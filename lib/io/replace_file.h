#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Would the reader of the file understand this? A writer must not write what its reader refuses.
using ContentCheck = std::function<Status(std::string_view content)>;

/// Checks nothing. For a copy of a file, which may be damaged itself, and for a file that only
/// other programs read.
Status AnyText(std::string_view content);

/// Puts `content` in the place of the file `path`, or makes it: whoever opens it sees the old file
/// or the new one, whole, also after a power failure.
///
/// Written to a temporary file in the same directory (".NAME.new", made anew each time; one that a
/// killed writer left behind is removed), synced, renamed, and the directory synced. `mode` is the
/// file's, whatever the umask. `reads_back` sees the content first. There is one writer at a time:
/// several need a lock of their own. Errors: kInternal; then the old file stands as it was.
Status ReplaceFile(const std::string& path, std::string_view content, mode_t mode,
                   const ContentCheck& reads_back);

/// The same for a file that is there and keeps its owner, group, mode and SELinux label. ACLs and
/// other extended attributes it does not keep. Errors: kInternal, also if it is a symbolic link.
Status ReplaceFileInKind(const std::string& path, std::string_view content,
                         const ContentCheck& reads_back);

}  // namespace pamjwt
