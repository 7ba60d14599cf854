#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt {

/// Gathers errors of a configuration: the first kMaxConfigErrors of those that are added.
class ConfigErrors {
 public:
  /// Adds the error of `status`, if it has one.
  void Add(Status status) {
    if (!status.ok() && !IsFull()) list_.push_back(std::move(status).error());
  }
  void Add(std::vector<Error> errors) {
    for (Error& error : errors) {
      Add(std::move(error));
    }
  }

  [[nodiscard]] bool IsFull() const { return list_.size() >= kMaxConfigErrors; }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] std::vector<Error> Take() && { return std::move(list_); }

 private:
  std::vector<Error> list_;
};

}  // namespace pamjwt
