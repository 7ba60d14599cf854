#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {

/// A directory that keys are written into.
class KeyDirectory {
 public:
  /// Opens it; makes it, and those above it, with mode 0700 where there is none.
  /// Errors: kInternal.
  static Result<KeyDirectory> Open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool Has(const char* name) const;
  void Remove(const char* name) const;

  /// Writes a file that must not be there yet, with exactly this mode whatever the umask is. No
  /// link is followed, and nothing is left behind on failure. Errors: kInternal.
  [[nodiscard]] Status Write(const char* name, mode_t mode, std::string_view text) const;

 private:
  KeyDirectory(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
};

}  // namespace pamjwt::ctl
