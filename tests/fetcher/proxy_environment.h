#pragma once

#include <stdlib.h>

#include <string>
#include <utility>
#include <vector>

namespace pamjwt::test {

/// The variables that libcurl reads a proxy from, unset, and again as they were at the end.
class ProxyEnvironment {
 public:
  ProxyEnvironment() {
    for (const char* const name : kNames) {
      const char* const value = getenv(name);
      if (value != nullptr) before_.emplace_back(name, value);
      unsetenv(name);
    }
  }
  ProxyEnvironment(const ProxyEnvironment&) = delete;
  ProxyEnvironment& operator=(const ProxyEnvironment&) = delete;
  ~ProxyEnvironment() {
    for (const char* const name : kNames) unsetenv(name);
    for (const auto& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }

  static void Set(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }

 private:
  static constexpr const char* kNames[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                           "ALL_PROXY",   "no_proxy",    "NO_PROXY"};
  std::vector<std::pair<std::string, std::string>> before_;
};

}  // namespace pamjwt::test
