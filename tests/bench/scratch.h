#pragma once

#include <filesystem>
#include <string>

namespace pamjwt::bench {

/// A directory of its own for the files of a benchmark, which goes with it. What fails throws.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::string directory() const { return directory_.string(); }
  [[nodiscard]] std::string Path(const std::string& name) const;
  [[nodiscard]] std::string Read(const std::string& name) const;
  /// For this user alone. Returns the path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path directory_;
};

/// What a shell command prints.
std::string Run(const std::string& command);

}  // namespace pamjwt::bench
