#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// Where a path leads.
struct RealPath {
  std::string path;                  ///< without any link, "." or ".."
  std::vector<std::string> links{};  ///< the symbolic links on the way, by their own real paths
};

/// Follows `path` on the host whose / is the directory `root` ("": this host): links lead to where
/// they would on that host, and never out of it. None if nothing is there, or links go in a circle.
std::optional<RealPath> FindRealPath(const std::string& root, const std::string& path);

}  // namespace pamjwt::ctl
