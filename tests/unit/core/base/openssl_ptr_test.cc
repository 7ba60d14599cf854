#include "core/base/openssl_ptr.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace pamjwt {
namespace {

TEST(OpensslErrorScope, LeavesTheQueueAsItFoundIt) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 7);
  {
    const OpensslErrorScope outer;
    ERR_raise(ERR_LIB_USER, 8);
    {
      const OpensslErrorScope inner;
      ERR_raise(ERR_LIB_USER, 9);
    }
    EXPECT_EQ(ERR_GET_REASON(ERR_peek_last_error()), 8);
  }
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
  EXPECT_EQ(ERR_get_error(), 0U);
}

TEST(OpensslErrorScope, LeavesAnEmptyQueueEmpty) {
  ERR_clear_error();
  {
    const OpensslErrorScope outer;
    const OpensslErrorScope inner;
    ERR_raise(ERR_LIB_USER, 9);
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace pamjwt
