#include "core/config/machine_flow.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsOfMachine, DividesTheFlows) {
  for (const ClientFlow flow : {ClientFlow::kCode, ClientFlow::kDevice, ClientFlow::kPaste}) {
    EXPECT_FALSE(IsOfMachine(flow));
  }
  for (const ClientFlow flow :
       {ClientFlow::kClientCredentials, ClientFlow::kJwtBearer, ClientFlow::kTokenExchange}) {
    EXPECT_TRUE(IsOfMachine(flow));
  }
}

}  // namespace
}  // namespace pamjwt
