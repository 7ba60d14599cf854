#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/stack/stack_edit.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

/// The text of a service's file with the lines of jwtctl in it.
struct EnabledStack {
  std::string text;
  std::vector<std::string> warnings{};
};

/// A stack that must ask for tokens.
struct StackToEnable {
  std::string service;
  std::string text;  ///< the content of its file
  StackRecipe recipe;
  VouchedModules vouched{};
};

/// Puts the lines of the recipe into a stack, and judges it before and after as doctor does. If
/// rules stand below the password lines, a good token jumps over the password lines only.
///
/// Errors (kConfigInvalid): those of EnableInStack and ReadServiceStack; the lines would let in
/// users whom no module has verified, and the stack did not let them in before; no jump of a good
/// token leads to the rules below.
Result<EnabledStack> EnableSafely(const HostTree& host, StackToEnable stack);

}  // namespace pamjwt::ctl
