@orders
Feature: New orders reach the warehouse
  The shop announces each order on the topic `orders`, and the warehouse packs what it reads there. What it reads must be
  what the shop wrote: every field, with its type.

  Background:
    Given I have a topic "orders"
    And OrderCreated Avro schema is registered for topic "orders"

  @smoke
  Scenario: An order is announced with everything that the warehouse needs
    When I produce an event with schema "OrderCreated" with correlation "ORD-1001" to topic "orders" with headers {"source": "web-shop"}:
      """json
      {
        "orderId": "ORD-1001",
        "customerId": "4711",
        "channel": "WEB",
        "items": [
          { "sku": "MUG-BLUE", "quantity": 2 },
          { "sku": "TEA-EARL-GREY", "quantity": 1 }
        ],
        "total": 31.80,
        "couponCode": "SPRING10",
        "createdAt": "2026-03-02T08:30:00Z"
      }
      """
    Then the event should be acknowledged
    And I should receive an event with correlation "ORD-1001" from topic "orders" within 10 seconds
    And the event key should match JSONPath "$.type" with value "OrderCreated"
    And the event header "source" should be "web-shop"
    And the event should match JSONPath "$.items.length()" with value 2
    And the event should match JSONPath "$.items[*].sku" containing "EARL-GREY"
    And the event should match JSONPath "$.couponCode" with pattern "^[A-Z]+[0-9]{2}$"

  @smoke
  Scenario: An order from the template looks as the warehouse expects it
    When I produce event "order-created" to topic "orders"
    Then I should receive event "order-created" from topic "orders" within 10 seconds
    And the event should match "order-created"
    And the event should validate against schema "OrderCreated" version 1

  Scenario: Texts stay texts, numbers stay numbers, and what is left out gets its default
    When I produce an event with schema "OrderCreated" to topic "orders":
      """json
      {
        "orderId": "ORD-1002",
        "customerId": "10",
        "channel": "STORE",
        "items": [{ "sku": "TEA-SENCHA", "quantity": 10 }],
        "total": "89.50",
        "createdAt": "2026-03-02T10:00:00Z"
      }
      """
    Then I should receive an OrderCreated event from "orders" within 10 seconds
    And the event should match JSONPath "$.customerId" with value "10"
    And the event should match JSONPath "$.items[0].quantity" with value 10
    And the event should match JSONPath "$.total" with value 89.5
    And the event should match JSONPath "$.createdAt" with value 1772445600000
    And the event should match JSONPath "$.couponCode" with value null
    And the event should not have JSONPath "$.cardNumber"

  Scenario: A morning's orders, of which the warehouse picks out some
    When I produce the following events with schema "OrderCreated" to topic "orders":
      | @label       | orderId  | customerId | channel | items[0].sku  | items[0].quantity | total  | createdAt            |
      | early bird   | ORD-1101 | 4711       | WEB     | MUG-BLUE      | 1                 | 12.45  | 2026-03-02T06:12:00Z |
      | office party | ORD-1102 | 4712       | WEB     | TEA-ASSAM     | 40                | 316.00 | 2026-03-02T07:40:00Z |
      | commuter     | ORD-1103 | 4713       | APP     | MUG-TRAVEL    | 1                 | 24.90  | 2026-03-02T07:58:00Z |
      | passer-by    | ORD-1104 | 4714       | STORE   | TEA-EARL-GREY | 2                 | 13.80  | 2026-03-02T09:05:00Z |
      | late riser   | ORD-1105 | 4715       | WEB     | MUG-RED       | 2                 | 24.90  | 2026-03-02T11:30:00Z |
    Then all events should be acknowledged
    And I should receive event "office party" from topic "orders" within 10 seconds
    And the event should match JSONPath "$.items[0].quantity" greater than 10
    And I should receive an event matching JSONPath "$.channel" with value "STORE" from topic "orders" within 10 seconds
    And the event should match JSONPath "$.orderId" with value "ORD-1104"
    And topic "orders" should have at least 5 events

  Scenario Outline: Orders come in over the channel <channel>
    When I produce an event with schema "OrderCreated" with correlation "<order>" to topic "orders":
      """json
      {
        "orderId": "<order>",
        "customerId": "4716",
        "channel": "<channel>",
        "items": [{ "sku": "MUG-BLUE", "quantity": <quantity> }],
        "total": <total>,
        "createdAt": "2026-03-02T12:00:00Z"
      }
      """
    Then I should receive an Avro event with correlation "<order>" from topic "orders" within 10 seconds
    And the event should match JSONPath "$.channel" with value "<channel>"
    And the event should match JSONPath "$.total" with value <total>

    Examples:
      | order    | channel | quantity | total |
      | ORD-1201 | WEB     | 1        | 12.45 |
      | ORD-1202 | APP     | 2        | 24.9  |
      | ORD-1203 | STORE   | 3        | 37.35 |
