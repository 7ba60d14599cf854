#pragma once

#include <string>
#include <string_view>

#include "support/temp_dir.h"

namespace pamjwt::bench {

/// A directory on a disk for the files of a benchmark, which its user alone may read.
class Scratch : public test::TempDir {
 public:
  Scratch();

  /// Writes a file that its user alone may read. Returns its path.
  std::string Write(std::string_view name, std::string_view text) const;
};

/// Returns what a shell command prints. Throws if the shell cannot run.
std::string Run(const std::string& command);

}  // namespace pamjwt::bench
