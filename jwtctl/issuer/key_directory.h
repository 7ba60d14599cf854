#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// A directory into which keys are written.
class KeyDirectory {
 public:
  /// Opens the directory. Makes it, and the directories above it, with mode 0700 if they do not
  /// exist. Errors: kInternal.
  static Result<KeyDirectory> Open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns whether there is a file, or anything else, of this name.
  [[nodiscard]] bool Has(const char* name) const;
  /// Removes the file, if it exists. If that fails, Write of the same name fails too.
  void Remove(const char* name) const;

  /// Writes a file that must not exist yet, with exactly this mode, whatever the umask is. No link
  /// is followed. After an error no part of the file is left. Errors: kInternal.
  [[nodiscard]] Status Write(const char* name, mode_t mode, std::string_view text) const;

 private:
  KeyDirectory(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
};

}  // namespace pamjwt::ctl
