// A user's program with the AWS SDK for Go v2. It prints, as one JSON object, what each step got.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appintegrations"
	"github.com/aws/aws-sdk-go-v2/service/appintegrations/types"
	"github.com/aws/aws-sdk-go-v2/service/dataexchange"
	exchange "github.com/aws/aws-sdk-go-v2/service/dataexchange/types"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	resolver := aws.EndpointResolverWithOptionsFunc(
		func(service, region string, options ...interface{}) (aws.Endpoint, error) {
			return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL_APPINTEGRATIONS"), HostnameImmutable: true}, nil
		})
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIA111122223333MOCK", SecretAccessKey: "testing"}, nil
	})
	config := aws.Config{Region: os.Getenv("AWS_REGION"), Credentials: keys, EndpointResolverWithOptions: resolver}
	seen := map[string]interface{}{}

	events := appintegrations.NewFromConfig(config)
	filter := &types.EventFilter{Source: aws.String("aws.partner/example")}
	for _, name := range []string{"orders/1", "orders/2", "orders/3"} {
		made, err := events.CreateEventIntegration(ctx, &appintegrations.CreateEventIntegrationInput{
			Name: aws.String(name), EventBridgeBus: aws.String("default"), EventFilter: filter,
			Tags: map[string]string{"team": "shop"},
		})
		check(err)
		seen["arn"] = *made.EventIntegrationArn
	}
	pages := [][]string{}
	input := &appintegrations.ListEventIntegrationsInput{MaxResults: aws.Int32(2)}
	for {
		page, err := events.ListEventIntegrations(ctx, input)
		check(err)
		names := []string{}
		for _, each := range page.EventIntegrations {
			names = append(names, *each.Name)
		}
		pages = append(pages, names)
		if page.NextToken == nil {
			break
		}
		input.NextToken = page.NextToken
	}
	seen["pages"] = pages
	got, err := events.GetEventIntegration(ctx, &appintegrations.GetEventIntegrationInput{Name: aws.String("orders/1")})
	check(err)
	seen["got"] = *got.Name
	_, err = events.GetEventIntegration(ctx, &appintegrations.GetEventIntegrationInput{Name: aws.String("nobody")})
	var missing *types.ResourceNotFoundException
	seen["missing"] = errors.As(err, &missing)

	client := dataexchange.NewFromConfig(config)
	dataSet, err := client.CreateDataSet(ctx, &dataexchange.CreateDataSetInput{
		AssetType: exchange.AssetTypeS3Snapshot, Name: aws.String("prices"), Description: aws.String("of today"),
	})
	check(err)
	seen["made"] = dataSet.CreatedAt.Year() > 2000
	_, err = client.GetDataSet(ctx, &dataexchange.GetDataSetInput{DataSetId: aws.String("00000000000000000000000000000000")})
	var gone *exchange.ResourceNotFoundException
	seen["gone"] = errors.As(err, &gone) && gone.ResourceType == exchange.ResourceTypeDataSet
	text, err := json.Marshal(seen)
	check(err)
	fmt.Println(string(text))
}
