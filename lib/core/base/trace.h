#pragma once

#include <string>
#include <string_view>

#include "core/base/origin.h"
#include "core/base/result.h"

namespace pamjwt {

/// One step of a decision, for `jwtctl explain`.
struct Step {
  std::string_view name;  ///< stable: "signature", "audience", ...
  bool ok = false;
  std::string detail;  ///< what was compared with what
  Origin rule{};       ///< the line of the configuration that it was compared with
};

/// An observer of a decision. Without one, no text is made for the steps. The module has one with
/// `debug` only.
class Trace {
 public:
  Trace() = default;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  virtual ~Trace() = default;

  /// Takes the next step, once for each step of the decision, in order.
  virtual void Add(Step step) = 0;
};

/// Adds `result` to `trace` as the step `name`, unless `trace` is null. Returns `result` unchanged.
///
/// A step that holds has `rule` and the text that `detail` returns for the value. A step that does
/// not hold has the line and the detail of the error.
template <typename T, typename Detail>
Result<T> Traced(Trace* trace, std::string_view name, Origin rule, Result<T> result,
                 const Detail& detail) {
  if (trace == nullptr) return result;
  if (result.ok()) {
    trace->Add({name, true, detail(result.value()), rule});
  } else {
    const Error& error = result.error();
    trace->Add({name, false, error.detail, error.rule});
  }
  return result;
}

}  // namespace pamjwt
